@testable import BrokerCore

/// What one run resulted in.
public struct Outcome: Sendable {
    public var seed: UInt64
    public var step: Int
    /// What did not hold, nil if everything did.
    public var failure: String?
    /// The same for the same seed.
    public var digest: UInt64
    var coverage: Coverage

    /// Runs one seed.
    ///
    /// - Parameter trace: gets everything that happens, a line each.
    public static func live(seed: UInt64, trace: ((String) -> Void)? = nil) -> Outcome {
        do {
            let life = try Life(seed: seed, trace: trace)
            let violation = life.run()
            var failure = violation.map { "\($0)" }
            if failure != nil, !life.broker.warnings.isEmpty {
                failure? += "; the broker warned: \(life.broker.warnings.joined(separator: "; "))"
            }
            return Outcome(
                seed: seed, step: life.step, failure: failure, digest: life.broker.digest, coverage: life.coverage)
        } catch {
            return Outcome(seed: seed, step: 0, failure: "it did not begin: \(error)", digest: 0, coverage: Coverage())
        }
    }
}
