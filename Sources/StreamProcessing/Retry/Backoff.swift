/// Capped exponential backoff with full jitter: attempt n waits a random time up to
/// `base · 2ⁿ`, never more than `cap`, so that instances that failed together do not return together.
public struct Backoff: Sendable {
    public var base: Duration
    public var cap: Duration

    public init(base: Duration = .milliseconds(100), cap: Duration = .seconds(30)) {
        self.base = base
        self.cap = cap
    }

    /// - Parameter attempt: 0 for the wait after the first failure.
    public func delay(attempt: Int, using random: inout some RandomNumberGenerator) -> Duration {
        let exponent = min(attempt, 30)
        let ceiling = min(base * (1 << exponent), cap)
        // At least half of the ceiling: a retry that comes at once is no backoff.
        return ceiling * Double.random(in: 0.5...1, using: &random)
    }
}
