import OrderEvents

/// Shows dead letters: records that a service could not process. Answers from memory, with bounded work however many
/// there are.
public protocol DeadLetterBoard: Sendable {
    /// How many are open, by topic and group.
    func summary() -> DeadLetterOverview

    /// The newest dead letters that match, from after `cursor` on.
    ///
    /// - Parameter cursor: a page's own `next`; nil: from the newest.
    func page(_ query: DeadLetterQuery, after cursor: DeadLetterCursor?, limit: Int) -> DeadLetterPage
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

/// Which dead letters are meant; what is nil does not matter.
public struct DeadLetterQuery: Hashable, Sendable {
    /// What was decided.
    public enum State: String, CaseIterable, Sendable {
        case open, replayed, discarded
    }

    /// Only records of this topic.
    public var topic: String?
    /// Only what this group set aside.
    public var group: String?
    /// Only this kind of fault.
    public var code: String?
    /// Only dead letters in this state.
    public var state: State?

    /// A filter of what is given.
    public init(topic: String? = nil, group: String? = nil, code: String? = nil, state: State? = nil) {
        self.topic = topic
        self.group = group
        self.code = code
        self.state = state
    }
}

/// After which dead letter a page begins.
public struct DeadLetterCursor: Hashable, Sendable {
    /// Milliseconds since 1970.
    public let failedAt: Int64
    /// The dead letter's id.
    public let id: String

    /// After the dead letter with this id, which failed at this time.
    public init(failedAt: Int64, id: String) {
        self.failedAt = failedAt
        self.id = id
    }

    /// `1700000000000:orders/payments-group/3/17`; nil for another text.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let failedAt = Int64(parts[0]), failedAt >= 0, parts[1].split(separator: "/").count == 4
        else { return nil }
        self.init(failedAt: failedAt, id: String(parts[1]))
    }

    var text: String { "\(failedAt):\(id)" }
}

/// Dead letters, the newest first.
public struct DeadLetterPage: Sendable {
    /// The newest first.
    public let letters: [DeadLetterView]
    /// Where the next page begins; nil: this is the last.
    public let next: DeadLetterCursor?
    /// Whether the board has every dead letter; false: it keeps the newest, and `orders dlq list` shows the others.
    public let isComplete: Bool

    /// A page from its parts.
    public init(letters: [DeadLetterView], next: DeadLetterCursor?, isComplete: Bool) {
        self.letters = letters
        self.next = next
        self.isComplete = isComplete
    }
}

/// One dead letter, as the API shows it.
public struct DeadLetterView: Sendable {
    /// Where the record stood.
    public struct Origin: Sendable {
        /// The topic that the record was read from.
        public var topic: String
        /// The partition that it was read from.
        public var partition: Int32
        /// Its offset there.
        public var offset: Int64
        /// nil: not known.
        public var timestamp: Timestamp?

        /// The place of a record.
        public init(topic: String, partition: Int32, offset: Int64, timestamp: Timestamp?) {
            self.topic = topic
            self.partition = partition
            self.offset = offset
            self.timestamp = timestamp
        }
    }

    /// `<topic>/<group>/<partition>/<offset>` of the dead-letter record.
    public var id: String
    /// The topic that the record was read from.
    public var topic: String
    /// The group that set it aside.
    public var group: String
    /// The partition of the dead letter.
    public var partition: Int32
    /// The offset of the dead letter.
    public var offset: Int64
    /// nil: the dead letter does not say.
    public var origin: Origin?
    /// The record's key; nil: it has none.
    public var key: [UInt8]?
    /// The kind of fault, for machines.
    public var code: String
    /// The same in words; names the field.
    public var reason: String
    /// When it was set aside.
    public var failedAt: Timestamp
    /// How often the record had been replayed before.
    public var attempts: Int
    /// What was decided about it.
    public var state: DeadLetterQuery.State
    /// nil: open, or not known.
    public var decidedAt: Timestamp?
    /// The value, or its beginning.
    public var value: [UInt8]?
    /// The whole value's length.
    public var valueBytes: Int

    /// A dead letter from its parts.
    public init(
        id: String, topic: String, group: String, partition: Int32, offset: Int64, origin: Origin?, key: [UInt8]?,
        code: String, reason: String,
        failedAt: Timestamp, attempts: Int, state: DeadLetterQuery.State, decidedAt: Timestamp?, value: [UInt8]?,
        valueBytes: Int
    ) {
        self.id = id
        self.topic = topic
        self.group = group
        self.partition = partition
        self.offset = offset
        self.origin = origin
        self.key = key
        self.code = code
        self.reason = reason
        self.failedAt = failedAt
        self.attempts = attempts
        self.state = state
        self.decidedAt = decidedAt
        self.value = value
        self.valueBytes = valueBytes
    }
}
