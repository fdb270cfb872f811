import OrderEvents

/// One thing that does not agree.
public struct Finding: Codable, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// An acknowledged order is not on the log.
        case accepted
        /// A window or total is not the sum of its orders.
        case aggregate
        case deadLetter = "dead_letter"
        /// A document is not what its events say.
        case document
        case fraud
        /// Records were deleted that a group had not read.
        case logCut = "log_cut"
        case payment
        /// The store is not what the log says.
        case store
        /// A record stands where or as it must not.
        case topic
    }

    public let kind: Kind
    /// What it is about: `order 42`, `totals of partition 3`.
    public let subject: String
    public var detail: String
    /// The document on order-analytics, where the store's differs: so that a reader can say in what.
    var expected: OrderDocument?

    init(kind: Kind, subject: String, detail: String, expected: OrderDocument? = nil) {
        self.kind = kind
        self.subject = subject
        self.detail = detail
        self.expected = expected
    }

    enum CodingKeys: CodingKey { case kind, subject, detail }

    public var description: String { "\(kind.rawValue): \(subject) \(detail)" }
}

/// Findings, of which a bounded number is kept in words.
struct FindingList: Sendable {
    private(set) var count = 0
    private(set) var byKind: [String: Int] = [:]
    private var kept: [Finding.Kind: [Finding]] = [:]
    /// Of each kind.
    static let maximumKept = 50

    mutating func add(_ finding: Finding) {
        count += 1
        byKind[finding.kind.rawValue, default: 0] += 1
        if kept[finding.kind, default: []].count < FindingList.maximumKept {
            kept[finding.kind, default: []].append(finding)
        }
    }

    /// By kind, then subject; numbers in subjects as numbers.
    var sorted: [Finding] {
        kept.values.joined().sorted {
            ($0.kind.rawValue, $0.subject.utf8.count, $0.subject, $0.detail) < (
                $1.kind.rawValue, $1.subject.utf8.count, $1.subject, $1.detail
            )
        }
    }
}

/// The outcome of an audit.
public struct AuditReport: Codable, Sendable {
    /// The numbers of a report.
    public struct Counts: Codable, Sendable, Equatable {
        /// Orders with an event on the orders topic.
        public var orders = 0
        public var orderEvents = 0
        /// Events that contradict their order's first one.
        public var conflictingEvents = 0
        /// Events in another partition than their order's, which payments sends home.
        public var misplacedEvents = 0
        public var payments = 0
        public var fraudAlerts = 0
        public var documents = 0
        public var storedDocuments = 0
        public var aggregates = 0
        /// Records that no service can read.
        public var unreadable = 0
        public var deadLetters = 0
        public var deadLettersOpen = 0
        public var deadLettersReplayed = 0
        public var deadLettersDiscarded = 0
        /// Orders without a payment outcome because payments set them aside.
        public var refused = 0
        /// Orders that are still on their way.
        public var pending = 0
        /// Orders whose beginning retention has deleted: their contents cannot be worked out again.
        public var cutOff = 0
        /// Orders that are known downstream only: their events were deleted, and nothing can be checked of them but
        /// that the store has them.
        public var notCheckable = 0
        /// Offsets of the flow's topics and its dead letters that were deleted.
        public var deletedRecords = 0
        /// Ids of the file of accepted orders; absent where there is none.
        public var accepted: Int?
    }

    /// Offsets below a partition's beginning: deleted by retention or by somebody, before this audit could check them.
    public struct DeletedRecords: Codable, Sendable, Equatable {
        public let topic: String
        public let partition: Int32
        /// How many, markers included.
        public let offsets: Int64
    }

    public let counts: Counts
    /// Where the log is cut.
    public let deleted: [DeletedRecords]
    /// All findings; `findings` holds up to fifty of each kind.
    public let findingCount: Int
    public let findingsByKind: [String: Int]
    public internal(set) var findings: [Finding]

    public var isClean: Bool { findingCount == 0 }
}
