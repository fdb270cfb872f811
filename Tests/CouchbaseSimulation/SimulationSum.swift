/// Outcomes, added up.
public struct SimulationSum: Sendable {
    /// Lives that were lived.
    public private(set) var lives = 0
    /// Operations in all lives.
    public private(set) var operations = 0
    /// Operations that succeeded.
    public private(set) var successes = 0
    /// Operations with an unknown outcome.
    public private(set) var ambiguous = 0
    /// Lives in which something was wrong.
    public private(set) var failures = 0

    /// Nothing yet.
    public init() {}

    /// Adds one life.
    public mutating func add(_ outcome: Life.Outcome) {
        lives += 1
        operations += outcome.operations
        successes += outcome.successes
        ambiguous += outcome.ambiguous
        failures += outcome.failure == nil ? 0 : 1
    }

    /// Adds what others have added up.
    public mutating func add(_ other: SimulationSum) {
        lives += other.lives
        operations += other.operations
        successes += other.successes
        ambiguous += other.ambiguous
        failures += other.failures
    }
}
