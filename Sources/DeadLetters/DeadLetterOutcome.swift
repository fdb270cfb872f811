import OrderEvents

/// The outcome for one dead letter.
public struct DeadLetterOutcome: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// Its record was put back.
        case replayed
        /// Another dead letter's replay in the same run put the record of both back.
        case covered
        /// It was replayed before: nothing was done.
        case alreadyReplayed = "already_replayed"
        case discarded
        /// It was discarded before: nothing was done.
        case alreadyDiscarded = "already_discarded"
        case refused
        /// There is no such dead letter, or not any more.
        case missing
    }

    public var kind: Kind
    public var id: DeadLetterID
    /// nil for one that is missing.
    public var letter: DeadLetter?
    /// Why, or where to.
    public var detail: String
}

/// The outcome of a run.
public struct DeadLetterSummary: Hashable, Sendable {
    public private(set) var counts: [DeadLetterOutcome.Kind: Int] = [:]

    public init() {}

    public subscript(_ kind: DeadLetterOutcome.Kind) -> Int { counts[kind] ?? 0 }

    /// Whether everything that was asked for is so now.
    public var isComplete: Bool { self[.refused] == 0 && self[.missing] == 0 }

    public var total: Int { counts.values.reduce(0, +) }

    public mutating func add(_ kind: DeadLetterOutcome.Kind) { counts[kind, default: 0] += 1 }
}
