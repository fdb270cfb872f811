import DeadLetters
import OrderEvents

/// Which dead letters an act is about.
public enum DeadLetterSelection: Hashable, Sendable {
    /// These, as they are.
    case ids([DeadLetterID])
    /// All that match.
    case matching(DeadLetterFilter)
    /// These, with another value each.
    case corrected([DeadLetterCorrection])
}

/// A value in place of a dead letter's own.
public struct DeadLetterCorrection: Hashable, Sendable {
    /// The dead letter.
    public let id: DeadLetterID
    /// What its record is to have as value.
    public let value: [UInt8]

    /// Another value for a dead letter.
    public init(id: DeadLetterID, value: [UInt8]) {
        self.id = id
        self.value = value
    }
}

/// What people decide about dead letters. Every act goes through the log, and is there or not as a whole, transaction by
/// transaction.
public protocol DeadLetterActs: Sendable {
    /// The whole dead letter, and what was decided about it; nil if there is none.
    func find(_ id: DeadLetterID) async throws -> (letter: DeadLetter, standing: DeadLetterLedger.Standing)?

    /// Puts records back on their topics.
    ///
    /// - Parameters:
    ///   - by: who decides.
    ///   - isDryRun: says what would be done, and does nothing.
    func replay(
        _ selection: DeadLetterSelection, _ options: ReplayOptions, by: String, isDryRun: Bool,
        report: @escaping @Sendable (DeadLetterOutcome) -> Void
    ) async throws -> DeadLetterSummary

    /// Marks dead letters as dealt with.
    func discard(
        _ selection: DeadLetterSelection, by: String, isDryRun: Bool,
        report: @escaping @Sendable (DeadLetterOutcome) -> Void
    ) async throws -> DeadLetterSummary
}
