import Testing

@testable import OrderStore

@Suite("Which segments of the search index are merged")
struct MergePolicyTests {
    private let policy = MergePolicy(tuning: SearchTuning())

    private func shapes(_ orders: [Int64], superseding: Int64 = 0) -> [MergePolicy.Shape] {
        orders.map { MergePolicy.Shape(orders: $0, superseding: superseding) }
    }

    @Test("sixteen of a tier are merged, with what is smaller and newer")
    func tiers() {
        let flush: Int64 = 32_768
        #expect(policy.group(shapes(Array(repeating: flush, count: 15)), isResting: true) == nil)
        #expect(policy.group(shapes(Array(repeating: flush, count: 16)), isResting: false) == 0..<16)
        let large = [8_000_000, 500_000] + Array(repeating: flush, count: 15)
        #expect(policy.group(shapes(large), isResting: false) == nil)
        #expect(policy.group(shapes(large + [100]), isResting: false) == nil)
        #expect(policy.group(shapes(large + [flush, 100]), isResting: false) == 2..<19)
    }

    @Test("at rest, segments whose facets supersede many older ones are merged with those")
    func resting() {
        let flood = shapes([500_000, 32_768, 32_768], superseding: 20_000)
        #expect(policy.group(flood, isResting: true) == 1..<3)
        #expect(policy.group(flood, isResting: false) == nil)
        #expect(policy.group(shapes([32_768, 32_768], superseding: 2_000), isResting: true) == nil)
        // Few for so many orders: the merge would cost more than it spares readers.
        #expect(policy.group(shapes([16_000_000, 5_000], superseding: 5_000), isResting: true) == nil)
    }

    @Test("no merge makes a segment beyond the largest, and one has a bounded number of inputs")
    func bounds() {
        #expect(policy.group(shapes(Array(repeating: 3_000_000, count: 40)), isResting: true) == nil)
        let many = Array(repeating: Int64(100), count: 200)
        #expect(policy.group(shapes(many), isResting: false) == 0..<MergePolicy.maximumInputs)
    }

    @Test(
        "with merges as they come, few segments remain and each order is written a few times",
        arguments: [1, 100, 32_768])
    func amplification(_ flush: Int64) {
        var segments: [Int64] = []
        var (written, most) = (Int64(0), 0)
        let flushes: Int64 = 4_000
        for _ in 0..<flushes {
            segments.append(flush)
            while let group = policy.group(shapes(segments), isResting: true) {
                let sum = segments[group].reduce(0, +)
                segments.replaceSubrange(group, with: [sum])
                written += sum
            }
            most = max(most, segments.count)
        }
        #expect(segments.reduce(0, +) == flushes * flush)
        #expect(most <= 64)
        #expect(written <= 20 * flushes * flush)
    }
}
