import DeadLetters
import OrderEvents

/// Shows dead letters: records that a service could not process. Answers from memory, with bounded work however many
/// there are.
public protocol DeadLetterBoard: Sendable {
    /// How many are open, by topic and group.
    func summary() -> DeadLetterOverview

    /// The newest dead letters that match, from after `cursor` on.
    ///
    /// - Parameter cursor: a page's own `next`; nil: from the newest.
    func page(_ filter: DeadLetterFilter, after cursor: DeadLetterCursor?, limit: Int) -> DeadLetterPage
}

/// How the dead letters stand.
public struct DeadLetterOverview: Hashable, Sendable {
    /// How current the board is.
    public enum Status: String, Sendable {
        /// They are being read for the first time: nothing can be said yet.
        case starting
        case current
        /// The figures may be old: the log cannot be read just now.
        case behind
    }

    /// The open dead letters of one group from one topic.
    public struct Topic: Hashable, Sendable {
        /// The topic that the records were read from.
        public let topic: String
        /// The group that set them aside.
        public let group: String
        /// How many are open.
        public let open: Int

        /// A count.
        public init(topic: String, group: String, open: Int) {
            self.topic = topic
            self.group = group
            self.open = open
        }
    }

    /// How current the counts are.
    public let status: Status
    /// Sorted; topics without open dead letters too.
    public let topics: [Topic]
    /// Records that have open dead letters: one that three services could not process is one, and has three dead
    /// letters.
    public let openRecords: Int

    /// An overview from its parts.
    public init(status: Status, topics: [Topic], openRecords: Int) {
        self.status = status
        self.topics = topics
        self.openRecords = openRecords
    }

    /// Open dead letters.
    public var open: Int { topics.reduce(0) { $0 + $1.open } }
}

/// After which dead letter a page begins.
public struct DeadLetterCursor: Hashable, Sendable {
    /// Milliseconds since 1970.
    public let failedAt: Int64
    /// The dead letter's id.
    public let id: DeadLetterID

    /// After the dead letter with this id, which failed at this time.
    public init(failedAt: Int64, id: DeadLetterID) {
        self.failedAt = failedAt
        self.id = id
    }

    /// `1700000000000:orders/payments-group/3/17`; nil for another text.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let failedAt = Int64(parts[0]), failedAt >= 0, let id = DeadLetterID(String(parts[1]))
        else { return nil }
        self.init(failedAt: failedAt, id: id)
    }

    var text: String { "\(failedAt):\(id)" }
}

/// Dead letters, the newest first.
public struct DeadLetterPage: Sendable {
    /// The newest first.
    public let entries: [DeadLetterIndex.Entry]
    /// Where the next page begins; nil: this is the last.
    public let next: DeadLetterCursor?
    /// Whether the board has every dead letter; false: it keeps the newest, and `orders dlq list` shows the others.
    public let isComplete: Bool

    /// A page from its parts.
    public init(entries: [DeadLetterIndex.Entry], next: DeadLetterCursor?, isComplete: Bool) {
        self.entries = entries
        self.next = next
        self.isComplete = isComplete
    }
}
