import OrderEvents

/// Shows dead letters: records that a service could not process. Answers from memory, with bounded work however many there are.
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
    public enum Status: String, Sendable {
        /// They are being read for the first time: nothing can be said yet.
        case starting
        case current
        /// The figures may be old: the log cannot be read just now.
        case behind
    }

    public struct Topic: Hashable, Sendable {
        public let topic: String
        public let group: String
        public let open: Int

        public init(topic: String, group: String, open: Int) {
            self.topic = topic
            self.group = group
            self.open = open
        }
    }

    public let status: Status
    /// Sorted; topics without open dead letters too.
    public let topics: [Topic]
    /// Records that have open dead letters: one that three services could not process is one, and has three dead letters.
    public let openRecords: Int

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
    public enum State: String, CaseIterable, Sendable {
        case open, replayed, discarded
    }

    public var topic: String?
    public var group: String?
    public var code: String?
    public var state: State?

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

    public init(failedAt: Int64, id: String) {
        self.failedAt = failedAt
        self.id = id
    }

    /// `1700000000000:orders/payments-group/3/17`; nil for another text.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let failedAt = Int64(parts[0]), failedAt >= 0, parts[1].split(separator: "/").count == 4 else { return nil }
        self.init(failedAt: failedAt, id: String(parts[1]))
    }

    var text: String { "\(failedAt):\(id)" }
}

/// Dead letters, the newest first.
public struct DeadLetterPage: Sendable {
    public let letters: [DeadLetterView]
    public let next: DeadLetterCursor?
    /// Whether the board has every dead letter; false: it keeps the newest, and `orders dlq list` shows the others.
    public let isComplete: Bool

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
        public var topic: String
        public var partition: Int32
        public var offset: Int64
        /// nil: not known.
        public var timestamp: Timestamp?

        public init(topic: String, partition: Int32, offset: Int64, timestamp: Timestamp?) {
            self.topic = topic
            self.partition = partition
            self.offset = offset
            self.timestamp = timestamp
        }
    }

    /// `<topic>/<group>/<partition>/<offset>` of the dead-letter record.
    public var id: String
    public var topic: String
    public var group: String
    public var partition: Int32
    public var offset: Int64
    /// nil: the dead letter does not say.
    public var origin: Origin?
    public var key: [UInt8]?
    public var code: String
    public var reason: String
    public var failedAt: Timestamp
    public var attempts: Int
    public var state: DeadLetterQuery.State
    /// nil: open, or not known.
    public var decidedAt: Timestamp?
    /// The value, or its beginning.
    public var value: [UInt8]?
    /// The whole value's length.
    public var valueBytes: Int

    public init(
        id: String, topic: String, group: String, partition: Int32, offset: Int64, origin: Origin?, key: [UInt8]?, code: String, reason: String,
        failedAt: Timestamp, attempts: Int, state: DeadLetterQuery.State, decidedAt: Timestamp?, value: [UInt8]?, valueBytes: Int
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
