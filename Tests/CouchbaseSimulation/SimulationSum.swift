/// Outcomes, added up.
public struct SimulationSum: Sendable {
    /// Runs that were done.
    public private(set) var runs = 0
    /// Operations in all runs.
    public private(set) var operations = 0
    /// Operations that succeeded.
    public private(set) var successes = 0
    /// Operations with an unknown outcome.
    public private(set) var ambiguous = 0
    /// Runs in which something was wrong.
    public private(set) var failures = 0

    /// Nothing yet.
    public init() {}

    /// Adds one run.
    public mutating func add(_ outcome: SimulatedRun.Outcome) {
        runs += 1
        operations += outcome.operations
        successes += outcome.successes
        ambiguous += outcome.ambiguous
        failures += outcome.failure == nil ? 0 : 1
    }

    /// Adds what others have added up.
    public mutating func add(_ other: SimulationSum) {
        runs += other.runs
        operations += other.operations
        successes += other.successes
        ambiguous += other.ambiguous
        failures += other.failures
    }
}
