@testable import BrokerSimulation

/// What one run resulted in.
public struct PlatformOutcome: Sendable {
    public var seed: UInt64
    public var step: Int
    /// What did not hold; nil: everything did.
    public var failure: String?
    /// The same for the same seed.
    public var digest: UInt64
    var coverage: PlatformCoverage

    /// Runs through one seed.
    ///
    /// - Parameter listener: gets everything that happens, a line each.
    public static func live(seed: UInt64, listener: ((String) -> Void)? = nil) -> PlatformOutcome {
        do {
            let life = try PlatformLife(seed: seed, listener: listener)
            var failure: String?
            runInline { failure = await life.run() }
            return PlatformOutcome(
                seed: seed, step: life.step, failure: failure, digest: life.digest, coverage: life.coverage)
        } catch {
            return PlatformOutcome(
                seed: seed, step: 0, failure: "it did not begin: \(error)", digest: 0, coverage: PlatformCoverage())
        }
    }
}

extension PlatformLife {
    /// Of all that the broker did, and when it was over.
    var digest: UInt64 { broker.digest &+ UInt64(bitPattern: elapsed) &* 31 }
}
