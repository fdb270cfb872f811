import CouchbaseSimulation
import TestSupport
import Testing

@Suite("A client and a cluster that fails")
struct SimulationTests {
    @Test(
        "No operation is lost, done twice or answered with another's answer, and what is ambiguous says so",
        arguments: Seeds.first(3))
    func runs(block: UInt64) {
        var sum = SimulationSum()
        for seed in block * 100 - 99...block * 100 {
            let outcome = SimulatedRun.run(seed: seed)
            sum.add(outcome)
            #expect(outcome.failure == nil, "seed \(seed)")
        }
        // A simulation in which nothing works, or nothing fails, would show nothing.
        #expect(sum.successes * 3 > sum.operations)
        #expect(sum.ambiguous > 0)
    }
}
