import NIOCore
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct AssignorTests {
    private func member(
        _ id: String, _ topics: [String], owned: [TopicPartition] = [], generation: Int32 = -1, instance: String? = nil
    ) -> GroupSubscriber {
        GroupSubscriber(
            memberID: id, instanceID: instance,
            subscription: ConsumerSubscription(topics: topics, owned: owned, generation: generation))
    }

    private func places(_ topic: String, _ numbers: Int32...) -> [TopicPartition] {
        numbers.map { TopicPartition(topic: topic, partition: $0) }
    }

    // MARK: Range and round robin

    @Test func `Range gives the first members one partition more, alike in each topic`() {
        let members = [member("b", ["t", "u"]), member("a", ["t", "u"])]
        let assignment = RangeAssignor().assign(members, partitionCounts: ["t": 3, "u": 3, "unread": 9])
        #expect(assignment == ["a": places("t", 0, 1) + places("u", 0, 1), "b": places("t", 2) + places("u", 2)])
    }

    @Test func `Range counts only those that read a topic, and gives the rest nothing`() {
        let members = [member("a", ["t"]), member("b", ["u"]), member("c", ["t", "missing"])]
        let assignment = RangeAssignor().assign(members, partitionCounts: ["t": 1, "u": 2])
        #expect(assignment == ["a": places("t", 0), "b": places("u", 0, 1), "c": []])
    }

    @Test func `Static members come first and in the order of their instance ids`() {
        let members = [member("a", ["t"]), member("z", ["t"], instance: "1"), member("y", ["t"], instance: "2")]
        let assignment = RangeAssignor().assign(members, partitionCounts: ["t": 3])
        #expect(assignment == ["z": places("t", 0), "y": places("t", 1), "a": places("t", 2)])
    }

    @Test func `Round robin goes on with the next member from topic to topic`() {
        let members = [member("a", ["t", "u"]), member("b", ["t", "u"])]
        let assignment = RoundRobinAssignor().assign(members, partitionCounts: ["t": 3, "u": 3])
        #expect(
            assignment == ["a": places("t", 0, 2) + places("u", 1), "b": places("t", 1) + places("u", 0, 2)])
    }

    @Test func `Round robin passes those that do not read the topic`() {
        let members = [member("a", ["t"]), member("b", ["t", "u"]), member("c", ["u"])]
        let assignment = RoundRobinAssignor().assign(members, partitionCounts: ["t": 2, "u": 2])
        #expect(
            assignment == ["a": places("t", 0), "b": places("t", 1) + places("u", 1), "c": places("u", 0)])
    }

    // MARK: Cooperative-sticky

    @Test func `A partition that moves is given to nobody until its owner has let go`() {
        let sticky = CooperativeStickyAssignor()
        let all = places("t", 0, 1, 2, 3)
        let first = sticky.assign(
            [member("a", ["t"], owned: all, generation: 1), member("b", ["t"])], partitionCounts: ["t": 4])
        #expect(first["a"]?.count == 2)
        #expect(first["b"] == [])
        let kept = first["a"] ?? []
        let second = sticky.assign(
            [member("a", ["t"], owned: kept, generation: 2), member("b", ["t"], generation: 2)],
            partitionCounts: ["t": 4])
        #expect(second["a"] == kept)
        #expect(second["b"] == all.filter { !kept.contains($0) })
    }

    @Test func `Of two claims the one of the newer generation counts`() {
        let assignment = CooperativeStickyAssignor().assign(
            [
                member("a", ["t"], owned: places("t", 0, 1), generation: 3),
                member("b", ["t"], owned: places("t", 1, 2), generation: 4),
            ], partitionCounts: ["t": 4])
        #expect(assignment["b"] == places("t", 1, 2))
        #expect(assignment["a"] == places("t", 0, 3))
    }

    @Test func `A partition that two claim in one generation is given to neither`() {
        let assignment = CooperativeStickyAssignor().assign(
            [
                member("a", ["t"], owned: places("t", 0, 1), generation: 3),
                member("b", ["t"], owned: places("t", 1, 2), generation: 3),
            ], partitionCounts: ["t": 3])
        #expect(assignment["a"] == places("t", 0))
        #expect(assignment["b"] == places("t", 2))
    }

    @Test func `A stale claim does not let its member take a partition from its present owner`() {
        // "a" reads everything else, so the plan moves partition 0 to it; its old claim must not hide that it moves.
        let members = [
            member("a", ["t", "u"], owned: places("t", 0), generation: 1),
            member("b", ["t"], owned: places("t", 0, 1, 2, 3), generation: 5),
        ]
        let assignment = CooperativeStickyAssignor().assign(members, partitionCounts: ["t": 4])
        for place in assignment["a"] ?? [] { #expect(!(places("t", 0, 1, 2, 3).contains(place))) }
    }

    @Test func `Before version 2 the generation of a claim is in the assignor's own data`() {
        func old(_ id: String, _ owned: [TopicPartition], _ generation: Int32) -> GroupSubscriber {
            var member = member(id, ["t"], owned: owned)
            member.subscription.userData = CooperativeStickyAssignor().userData(generation: generation)
            return member
        }
        let assignment = CooperativeStickyAssignor().assign(
            [old("a", places("t", 0, 1), 7), old("b", places("t", 1), 8)], partitionCounts: ["t": 2])
        #expect(assignment == ["a": places("t", 0), "b": places("t", 1)])
    }

    @Test func `Members with different topics are evened out over others`() {
        // Only "b" can take from "a" and only "c" from "b".
        let members = [
            member("a", ["t"], owned: places("t", 0, 1, 2, 3), generation: 1),
            member("b", ["t", "u"], owned: places("u", 0, 1), generation: 1), member("c", ["u"], generation: 1),
        ]
        let plan = StickyPlan(members, ["t": 4, "u": 2], owners: OwnershipClaims(members).owners).partitions
        #expect(plan.mapValues(\.count) == ["a": 2, "b": 2, "c": 2])
    }
}
