import TestSupport
import Testing

@testable import KafkaClient

/// Groups at random that go from one cooperative rebalance to the next.
@Suite struct StickyLivesTests {
    private struct Member {
        var id: String
        var topics: [String]
        var owned: Set<TopicPartition> = []
        var generation: Int32 = -1
    }

    private struct Group {
        var members: [Member] = []
        var counts: [String: Int32] = [:]
        var generation: Int32 = 0

        func subscribers() -> [GroupSubscriber] {
            members.map {
                GroupSubscriber(
                    memberID: $0.id,
                    subscription: ConsumerSubscription(
                        topics: $0.topics, owned: Array($0.owned), generation: $0.generation))
            }
        }

        /// A rebalance of those that take part; returns whether somebody had to let go.
        mutating func rebalance() -> Bool {
            generation += 1
            let assignment = CooperativeStickyAssignor().assign(subscribers(), partitionCounts: counts)
            var isMoved = false
            for index in members.indices {
                let given = Set(assignment[members[index].id] ?? [])
                if !members[index].owned.isSubset(of: given) { isMoved = true }
                // What others have is only given once they have let go of it.
                for other in members where other.id != members[index].id {
                    let taken = given.subtracting(members[index].owned).intersection(other.owned)
                    #expect(taken.isEmpty, "\(taken) still belongs to \(other.id)")
                }
                members[index].owned = given
                members[index].generation = generation
            }
            return isMoved
        }
    }

    @Test func `Groups with equal topics end even, whole, and with as few moves as can be`() {
        for seed in UInt64(1)...300 {
            var random = SeededGenerator(seed: seed)
            var group = Group()
            group.counts = [
                "t": Int32.random(in: 1...20, using: &random), "u": Int32.random(in: 1...20, using: &random),
            ]
            for step in 0..<12 {
                change(&group, seed: seed, step: step, topics: { _ in ["t", "u"] }, &random)
                let before = group.members
                var rounds = 0
                while group.rebalance(), rounds < 5 { rounds += 1 }
                #expect(rounds <= 1, "seed \(seed)")
                let loads = group.members.map(\.owned.count)
                let total = Int(group.counts.values.reduce(0, +))
                #expect(loads.reduce(0, +) == total, "seed \(seed)")
                #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 1, "seed \(seed): \(loads)")
                expectFewMoves(before, group.members, total, seed)
            }
        }
    }

    /// A member keeps all that it had, up to its fair share.
    private func expectFewMoves(_ before: [Member], _ after: [Member], _ total: Int, _ seed: UInt64) {
        let fair = total / after.count
        for member in after {
            let old = before.first { $0.id == member.id }?.owned ?? []
            let kept = member.owned.intersection(old).count
            #expect(
                kept >= min(old.count, fair), "seed \(seed): \(member.id) kept \(kept) of \(old.count), fair \(fair)")
        }
    }

    @Test func `Groups with different topics end whole, and no move would make them more even`() {
        let all = ["t", "u", "v", "w"]
        for seed in UInt64(1)...300 {
            var random = SeededGenerator(seed: seed)
            var group = Group()
            for topic in all { group.counts[topic] = Int32.random(in: 0...9, using: &random) }
            for step in 0..<10 {
                change(
                    &group, seed: seed, step: step,
                    topics: { random in
                        let some = all.filter { _ in Bool.random(using: &random) }
                        return some.isEmpty ? [all[0]] : some
                    }, &random)
                var rounds = 0
                while group.rebalance(), rounds < 5 { rounds += 1 }
                #expect(rounds <= 3, "seed \(seed)")
                let read = Set(group.members.flatMap(\.topics))
                let total = group.counts.filter { read.contains($0.key) }.values.reduce(0, +)
                #expect(group.members.map(\.owned.count).reduce(0, +) == Int(total), "seed \(seed)")
                for giver in group.members {
                    for place in giver.owned {
                        #expect(giver.topics.contains(place.topic))
                        for taker in group.members where taker.topics.contains(place.topic) {
                            #expect(taker.owned.count + 2 > giver.owned.count, "seed \(seed)")
                        }
                    }
                }
            }
        }
    }

    private func change(
        _ group: inout Group, seed: UInt64, step: Int, topics: (inout SeededGenerator) -> [String],
        _ random: inout SeededGenerator
    ) {
        switch Int.random(in: 0..<5, using: &random) {
        case 0 where group.members.count > 1: group.members.removeFirst()
        case 1: for topic in group.counts.keys.sorted() { group.counts[topic, default: 0] += 1 }
        case 2 where !group.members.isEmpty:
            // One that missed a rebalance comes back and claims what it had.
            let index = Int.random(in: 0..<group.members.count, using: &random)
            group.members[index].generation -= 1
        default: group.members.append(Member(id: "member-\(step)", topics: topics(&random)))
        }
        if group.members.isEmpty { group.members.append(Member(id: "member-\(step)", topics: topics(&random))) }
        for index in group.members.indices where Int.random(in: 0..<8, using: &random) == 0 {
            group.members[index].topics = topics(&random)
            // A member lets go of what it no longer reads before it joins.
            let kept = Set(group.members[index].topics)
            group.members[index].owned = group.members[index].owned.filter { kept.contains($0.topic) }
        }
    }
}
