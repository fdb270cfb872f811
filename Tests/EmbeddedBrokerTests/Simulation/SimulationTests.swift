import Foundation
import Testing

@testable import EmbeddedBroker

@Suite("Seeded simulation of the broker")
struct SimulationTests {
    /// `BROKER_SIMULATION_SEEDS=100-900` runs other lives than the usual ones.
    static let seeds: ClosedRange<Int> = {
        let bounds = ProcessInfo.processInfo.environment["BROKER_SIMULATION_SEEDS"]?.split(separator: "-").compactMap { Int($0) }
        guard let bounds, bounds.count == 2, bounds[0] <= bounds[1] else { return 1...20 }
        return bounds[0]...bounds[1]
    }()

    @Test("whatever disk errors, crashes and power losses do, what was acknowledged stays and transactions are whole", arguments: seeds)
    func survives(seed: Int) throws {
        var simulation = try Simulation(seed: UInt64(seed))
        do {
            try simulation.run(steps: 3000)
            let summary = simulation.summary
            #expect(summary.acknowledged > 100 && summary.committed > 3, "\(summary)")
        } catch {
            Issue.record("seed \(seed), step \(simulation.steps), after \(simulation.crashes) crashes: \(error); \(simulation.warnings)")
        }
    }

    @Test("the same seed gives the same life")
    func repeats() throws {
        func life() throws -> Simulation.Summary {
            var simulation = try Simulation(seed: 7)
            try simulation.run(steps: 800)
            return simulation.summary
        }
        #expect(try life() == life())
    }
}
