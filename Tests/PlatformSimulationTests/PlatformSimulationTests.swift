import PlatformSimulation
import TestSupport
import Testing

/// A few runs, as a part of the ordinary tests; `make simulate-platform` runs many.
///
/// One after the other: a run keeps a thread of Swift's pool, and other tests keep real times meanwhile.
@Suite("Seeded simulation of whole platforms", .serialized)
struct PlatformSimulationTests {
    @Test("whatever dies, stalls and fails, each order is judged, charged and counted once", arguments: Seeds.first(8))
    func survives(seed: UInt64) {
        let outcome = PlatformOutcome.live(seed: seed)
        #expect(outcome.failure == nil, "seed \(seed), step \(outcome.step)")
    }

    @Test("the same seed gives the same run, with the same story, and another seed another")
    func repeats() {
        func story(of seed: UInt64) -> [String] {
            var lines: [String] = []
            _ = PlatformOutcome.live(seed: seed) { lines.append($0) }
            return lines
        }
        #expect(PlatformOutcome.live(seed: 7).digest == PlatformOutcome.live(seed: 7).digest)
        #expect(PlatformOutcome.live(seed: 7).digest != PlatformOutcome.live(seed: 8).digest)
        #expect(story(of: 7) == story(of: 7))
    }
}
