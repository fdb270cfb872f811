import Testing

@testable import EmbeddedBroker

@Suite("Seeded simulation of the broker")
struct SimulationTests {
    @Test("whatever the disk, crashes and power losses do, everything acknowledged stays and transactions are whole", arguments: 1...40)
    func survives(seed: Int) throws {
        var simulation = try Simulation(seed: UInt64(seed))
        do {
            try simulation.run(steps: 3000)
            let summary = simulation.summary
            #expect(summary.crashes > 0 && summary.acknowledged > 100 && summary.committed > 3, "\(summary)")
        } catch {
            Issue.record("seed \(seed), step \(simulation.steps), after \(simulation.crashes) crashes: \(error)")
        }
    }

    @Test("the same seed gives the same life")
    func repeats() throws {
        func life() throws -> Int {
            var simulation = try Simulation(seed: 7)
            try simulation.run(steps: 800)
            return simulation.crashes
        }
        #expect(try life() == life())
    }
}
