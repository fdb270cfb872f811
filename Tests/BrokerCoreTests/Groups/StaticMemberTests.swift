import NIOCore
import Testing

@testable import BrokerCore
@testable import KafkaProtocol

@Suite struct StaticMemberTests {
    typealias Member = GroupHarness.Member

    /// A stable group of one static member per instance id.
    func group(_ harness: inout GroupHarness, _ instances: [String]) throws -> [Member] {
        var members: [Member] = []
        for instance in instances {
            let join = harness.join("g", Member(instanceID: instance))
            for index in members.indices { _ = harness.join("g", members[index]) }
            let joined = try #require(harness.reply(join, as: JoinGroupResponse.self))
            members.append(Member(id: joined.memberID, instanceID: instance))
            for index in members.indices { members[index].generation = joined.generationID }
        }
        let assignments = Dictionary(uniqueKeysWithValues: members.map { ($0.id, $0.instanceID ?? "") })
        for member in members { _ = harness.sync("g", member, assignments: assignments) }
        #expect(harness.state() == .stable)
        return members
    }

    @Test("A static member that restarts gets its assignment back without a rebalance, and its old self is fenced")
    func restart() throws {
        var harness = GroupHarness()
        let members = try group(&harness, ["a", "b"])
        let back = harness.join("g", Member(instanceID: "b"))
        let joined = try #require(harness.reply(back, as: JoinGroupResponse.self))
        #expect(joined.errorCode == .none && joined.generationID == members[1].generation)
        #expect(joined.memberID != members[1].id && harness.state() == .stable)
        let sync = harness.sync(
            "g", Member(id: joined.memberID, instanceID: "b", generation: joined.generationID))
        #expect(harness.reply(sync, as: SyncGroupResponse.self)?.assignment == ByteBuffer(string: "b"))
        #expect(harness.heartbeat("g", members[1]) == .fencedInstanceID)
        #expect(harness.tryCommit("g", members[1], [0: 1]) == [.fencedInstanceID])
        #expect(harness.leave("g", [members[1]]) == [.fencedInstanceID])
    }

    @Test("A static leader that restarts is asked to skip the assignment, or that another leads")
    func leaderRestart() throws {
        var harness = GroupHarness()
        let members = try group(&harness, ["a", "b"])
        let new = harness.join("g", Member(instanceID: "a"))
        let joined = try #require(harness.reply(new, as: JoinGroupResponse.self))
        #expect(joined.skipAssignment && joined.leader == joined.memberID && joined.members.count == 2)
        let old = harness.join("g", Member(instanceID: "a"), version: 8)
        let rejoined = try #require(harness.reply(old, as: JoinGroupResponse.self))
        #expect(!rejoined.skipAssignment && rejoined.leader == joined.memberID && rejoined.members.isEmpty)
        #expect(rejoined.memberID != joined.memberID && members[0].id != joined.memberID)
    }

    @Test("A static member that is away during a rebalance keeps its place until its session ends")
    func absent() throws {
        var harness = GroupHarness()
        let members = try group(&harness, ["a", "b"])
        _ = harness.join("g", members[0])
        harness.advance(9_000)
        #expect(harness.coordinator.groups["g"]?.members.count == 2)
        harness.advance(1_001)
        #expect(harness.coordinator.groups["g"]?.members.count == 1)
        #expect(harness.state() == .completingRebalance)
    }

    @Test("A static member that is back, and is removed before its return is durable, is notified")
    func removedWhileItComesBack() throws {
        var harness = GroupHarness()
        let first = harness.join("g", Member(instanceID: "a"), rebalance: 5_000)
        var a = Member(id: try #require(harness.reply(first, as: JoinGroupResponse.self)).memberID, instanceID: "a")
        _ = harness.join("g", Member(instanceID: "b"), rebalance: 5_000)
        let again = harness.join("g", a, rebalance: 5_000)
        a.generation = try #require(harness.reply(again, as: JoinGroupResponse.self)).generationID
        _ = harness.sync("g", a, assignments: [a.id: "a"])
        #expect(harness.state() == .stable)
        // The other one has not asked for its assignment; now it starts again, and the disk takes its time.
        harness.persistsAtOnce = false
        let back = harness.join("g", Member(instanceID: "b"), rebalance: 5_000)
        #expect(harness.reply(back, as: JoinGroupResponse.self) == nil)
        harness.advance(5_001)
        #expect(harness.reply(back, as: JoinGroupResponse.self)?.errorCode == .unknownMemberID)
        harness.persistAll()
        #expect(harness.coordinator.groups["g"]?.members.keys == [a.id])
    }

    @Test("An administrator removes a static member by its instance id")
    func removal() throws {
        var harness = GroupHarness()
        _ = try group(&harness, ["a", "b"])
        #expect(
            harness.leave("g", [Member(instanceID: "b"), Member(instanceID: "c")]) == [.none, .unknownMemberID])
        #expect(harness.coordinator.groups["g"]?.members.count == 1)
    }

    @Test("Two processes with the same instance id fence each other instead of sharing")
    func duplicate() throws {
        var harness = GroupHarness()
        let first = harness.join("g", Member(instanceID: "a"))
        let member = try #require(harness.reply(first, as: JoinGroupResponse.self)).memberID
        let waiting = harness.join("g", Member(id: member, instanceID: "a"), protocols: [("range", "changed")])
        _ = waiting
        let second = harness.join("g", Member(instanceID: "a"))
        #expect(harness.reply(second, as: JoinGroupResponse.self)?.memberID != member)
        #expect(harness.heartbeat("g", Member(id: member, instanceID: "a", generation: 1)) == .fencedInstanceID)
    }
}
