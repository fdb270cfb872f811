@testable import BrokerSimulation
import Foundation
import Synchronization

/// Many runs, on as many threads as there are processors, with a report of what they amounted to.
public final class PlatformRun: Sendable {
    private struct State {
        var next: UInt64
        var failures: [PlatformOutcome] = []
        var coverage = PlatformCoverage()
        var done = 0
        var digest: UInt64 = 0
    }

    private let seeds: ClosedRange<UInt64>
    private let threads: Int
    private let maximumFailures: Int
    private let output: @Sendable (String) -> Void
    private let state: Mutex<State>
    private let began = ContinuousClock.now

    /// - Parameters:
    ///   - maximumFailures: after so many the run ends.
    ///   - output: gets each line of the report.
    public init(
        seeds: ClosedRange<UInt64>, threads: Int, maximumFailures: Int = 1, output: @escaping @Sendable (String) -> Void
    ) {
        self.seeds = seeds
        self.threads = threads
        self.maximumFailures = maximumFailures
        self.output = output
        state = Mutex(State(next: seeds.lowerBound))
    }

    /// Carries them all out.
    ///
    /// - Returns: whether every run passed, and over enough of them every counter counted.
    public func run() -> Bool {
        let ended = DispatchGroup()
        for index in 0..<threads {
            ended.enter()
            let thread = Thread { [self] in
                work(index)
                ended.leave()
            }
            // Services stand still within each other's steps.
            thread.stackSize = 64 << 20
            thread.start()
        }
        while ended.wait(timeout: .now() + 10) == .timedOut { report("platform simulation: ") }
        return conclude()
    }

    private func work(_ index: Int) {
        while let seed = take() {
            FatalSignals.note(seed: seed, slot: index)
            finish(PlatformOutcome.live(seed: seed))
        }
        FatalSignals.note(seed: 0, slot: index)
    }

    private func take() -> UInt64? {
        state.withLock { state in
            guard state.next <= seeds.upperBound, state.failures.count < maximumFailures else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    private func finish(_ outcome: PlatformOutcome) {
        state.withLock { state in
            state.done += 1
            state.coverage.add(outcome.coverage)
            // The order of runs depends on the threads, so they are added up.
            state.digest &+= outcome.digest
            if outcome.failure != nil { state.failures.append(outcome) }
        }
        if let failure = outcome.failure {
            output("seed \(outcome.seed) failed at step \(outcome.step): \(failure)")
            output("  its story: make simulate-platform SEED=\(outcome.seed)")
        }
    }

    // MARK: report

    private func report(_ prefix: String) {
        let (done, failures) = state.withLock { ($0.done, $0.failures.count) }
        let seconds = Double((ContinuousClock.now - began).components.seconds)
        let rate = seconds > 0 ? "\(Int(Double(done) / seconds)) runs/s" : "in less than a second"
        output("\(prefix)\(done) of \(seeds.count) runs, \(failures) failed, \(rate)")
    }

    /// Fewer runs than this may miss something rare.
    private static let livesForFullCoverage = 1_000

    private func conclude() -> Bool {
        let (coverage, failures, done, digest) = state.withLock { ($0.coverage, $0.failures.count, $0.done, $0.digest) }
        report("platform simulation ended: ")
        output("  \(coverage.description)")
        output("  digest \(String(digest, radix: 16))")
        guard failures == 0 else { return false }
        let blind = done >= Self.livesForFullCoverage ? coverage.blind : []
        if !blind.isEmpty {
            output("never happened, so the simulation has gone blind: \(blind.map(\.rawValue).joined(separator: ", "))")
        }
        return blind.isEmpty
    }
}
