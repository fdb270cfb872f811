import KafkaProtocol
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct GroupMemberTests {
    private func places(_ numbers: some Sequence<Int32>, _ topic: String = "orders") -> Set<TopicPartition> {
        Set(numbers.map { TopicPartition(topic: topic, partition: $0) })
    }

    @Test func `A lone member joins with the id that it is given and gets everything`() {
        let group = SimulatedGroup(seed: 1)
        let member = group.start()
        group.cluster.run(for: 2_000)
        #expect(member.held == places(0..<6))
        #expect(member.member.metadata.memberID.hasPrefix("client-1-"))
        #expect(member.member.metadata.generation == 1)
        #expect(member.events.count == 1)
    }

    @Test func `With eager assignors everything is given up before the group shares out again`() {
        let group = SimulatedGroup(seed: 2)
        let first = group.start()
        group.cluster.run(for: 2_000)
        let second = group.start()
        group.cluster.run(for: 5_000)
        #expect(group.isSettled(6))
        #expect(first.held.count == 3 && second.held.count == 3)
        #expect(first.events.contains { if case .revoked(let all, _) = $0 { all.count == 6 } else { false } })
        #expect(group.conflicts.isEmpty)
    }

    @Test func `With the cooperative assignor only what moves is given up`() {
        let group = SimulatedGroup(seed: 3)
        let first = group.start([.cooperativeSticky])
        group.cluster.run(for: 2_000)
        let second = group.start([.cooperativeSticky])
        group.cluster.run(for: 8_000)
        #expect(group.isSettled(6))
        #expect(first.held.count == 3 && second.held.count == 3)
        let revoked = first.events.compactMap { if case .revoked(let some, _) = $0 { some.count } else { nil } }
        #expect(revoked == [3])
        #expect(group.conflicts.isEmpty)
    }

    @Test func `A member that leaves hands its share over at once`() {
        let group = SimulatedGroup(seed: 4)
        let first = group.start()
        let second = group.start()
        group.cluster.run(for: 3_000)
        var isGone = false
        group.close(first) { isGone = true }
        group.cluster.run(for: 3_000)
        #expect(isGone)
        #expect(second.held == places(0..<6))
        #expect(group.coordinator.memberIDs(of: "group").count == 1)
    }

    @Test func `A member that is gone without a word is replaced after its session`() {
        let group = SimulatedGroup(seed: 5)
        let first = group.start()
        let second = group.start()
        group.cluster.run(for: 3_000)
        group.crash(first)
        group.cluster.run(for: 5_000)
        #expect(second.held.count == 3)
        group.cluster.run(for: 10_000)
        #expect(second.held == places(0..<6))
    }

    @Test func `A static member that comes back within its session changes nothing for the others`() {
        let group = SimulatedGroup(seed: 6)
        let first = group.start(instanceID: "a")
        let second = group.start(instanceID: "b")
        group.cluster.run(for: 3_000)
        let share = first.held
        let seen = second.events.count
        group.crash(first)
        group.cluster.run(for: 1_000)
        let again = group.start(instanceID: "a")
        group.cluster.run(for: 3_000)
        #expect(again.held == share)
        #expect(second.events.count == seen)
        #expect(group.isSettled(6))
    }

    @Test func `Of two with the same instance id the older one is fenced`() {
        let group = SimulatedGroup(seed: 7)
        let first = group.start(instanceID: "a")
        group.cluster.run(for: 3_000)
        let second = group.start(instanceID: "a")
        group.cluster.run(for: 5_000)
        #expect(first.failure?.code == ClientError.Code(ErrorCode.fencedInstanceID))
        #expect(first.failure?.isFatal == true)
        #expect(second.held == places(0..<6))
        #expect(first.held.isEmpty)
    }

    @Test func `A member that is not polled leaves, and joins again when it is`() {
        let group = SimulatedGroup(seed: 8)
        let first = group.start()
        let second = group.start()
        group.cluster.run(for: 3_000)
        first.polls = false
        group.cluster.run(for: 32_000)
        #expect(first.member.phase == .expelled)
        #expect(first.held.isEmpty)
        #expect(second.held == places(0..<6))
        first.polls = true
        group.cluster.run(for: 5_000)
        #expect(group.isSettled(6))
        #expect(first.held.count == 3)
    }

    @Test func `Commits of a member that has lost its share name the generation that it had`() {
        let group = SimulatedGroup(seed: 9)
        let first = group.start()
        group.cluster.run(for: 3_000)
        let before = first.member.metadata
        first.polls = false
        group.cluster.run(for: 32_000)
        #expect(first.held.isEmpty)
        #expect(first.member.metadata == before)
        #expect(before.generation == 1)
    }

    @Test func `The leader has the group share out again when a topic has grown`() {
        let group = SimulatedGroup(seed: 10)
        let first = group.start()
        let second = group.start()
        group.cluster.run(for: 3_000)
        group.cluster.setTopics(["orders": 8])
        group.cluster.run(for: 5_000)
        #expect(group.isSettled(8))
        #expect(first.held.count == 4 && second.held.count == 4)
    }

    @Test func `A topic that does not exist yet is shared out once it does`() {
        let group = SimulatedGroup(seed: 11, topics: ["orders": 2])
        let member = group.start(topics: ["orders", "later"])
        group.cluster.metadata.topics["later"] = TopicMetadata(name: "later", error: .unknownTopicOrPartition)
        group.cluster.run(for: 3_000)
        #expect(member.held == places(0..<2))
        group.cluster.setTopics(["later": 3])
        group.cluster.run(for: 5_000)
        #expect(member.held == places(0..<2).union(places(0..<3, "later")))
    }

    @Test(arguments: [[AssignmentStrategy.range], [.cooperativeSticky]])
    func `A subscription that changes is told to the group`(_ strategies: [AssignmentStrategy]) {
        let group = SimulatedGroup(seed: 12, topics: ["orders": 4, "payments": 4])
        let member = group.start(strategies, topics: ["orders"])
        group.cluster.run(for: 3_000)
        member.member.subscribe(["payments"])
        group.cluster.run(for: 5_000)
        #expect(member.held == places(0..<4, "payments"))
    }

    @Test func `A member without an assignor in common is refused`() {
        let group = SimulatedGroup(seed: 13)
        group.start([.range])
        group.cluster.run(for: 3_000)
        let other = group.start([.cooperativeSticky])
        group.cluster.run(for: 3_000)
        #expect(other.failure?.code == ClientError.Code(ErrorCode.inconsistentGroupProtocol))
    }

    @Test func `A lost answer to a join leaves no member that nobody is`() {
        let group = SimulatedGroup(seed: 14)
        group.cluster.lostAnswers = 300
        let first = group.start()
        let second = group.start()
        group.cluster.run(for: 20_000)
        group.cluster.lostAnswers = 0
        group.cluster.run(for: 60_000)
        #expect(group.isSettled(6))
        #expect(first.held.count == 3 && second.held.count == 3)
        #expect(group.coordinator.memberIDs(of: "group").count == 2)
    }
}
