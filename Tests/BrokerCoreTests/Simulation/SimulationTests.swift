import BrokerSimulation
import Foundation
import TestSupport
import Testing

/// A few runs of the simulation, as a part of the ordinary tests; `make simulate` runs many.
@Suite("Seeded simulation of the broker")
struct SimulationTests {
    @Test("whatever disks, networks, clocks and crashes do, the broker keeps its promises", arguments: Seeds.first(5))
    func survives(seed: UInt64) {
        let outcome = Outcome.live(seed: seed)
        #expect(outcome.failure == nil, "seed \(seed), step \(outcome.step)")
    }

    @Test("the same seed gives the same run, and another seed another")
    func repeats() {
        #expect(Outcome.live(seed: 7).digest == Outcome.live(seed: 7).digest)
        #expect(Outcome.live(seed: 7).digest != Outcome.live(seed: 8).digest)
    }
}
