import NIOCore
import Testing

@testable import BrokerCore
@testable import KafkaProtocol

@Suite struct GroupAdministrationTests {
    typealias Member = GroupHarness.Member

    /// A consumer's subscription, version 0.
    static func subscription(_ topics: [String]) -> String {
        var writer = WireWriter()
        writer.int16(0)
        writer.array(topics)
        writer.nullLength()
        return String(buffer: WireFrame.joined(writer.finish()))
    }

    @Test("Groups are described with members, and unknown ones as dead")
    func describe() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup()
        let context = harness.context(DescribeGroupsRequest.api)
        harness.perform(
            harness.coordinator.describeGroups(
                .init(groups: ["g", "none"], includeAuthorizedOperations: true), context))
        let answer = try #require(harness.reply(context, as: DescribeGroupsResponse.self))
        let group = answer.results[0]
        #expect(group.groupState == "Stable" && group.protocolType == "consumer" && group.protocolData == "range")
        #expect(group.members.map(\.memberID) == members.map(\.id))
        #expect(group.members[1].memberAssignment == ByteBuffer(string: "for \(members[1].id)"))
        #expect(group.members[1].clientHost == "127.0.0.1" && group.authorizedOperations == 328)
        #expect(answer.results[1].groupState == "Dead" && answer.results[1].errorCode == .none)
    }

    @Test("Groups are listed by state and type")
    func list() throws {
        var harness = GroupHarness()
        _ = try harness.stableGroup("b")
        _ = harness.commit("a", Member(), [0: 1])
        func list(_ states: [String], _ types: [String]) throws -> [String] {
            let context = harness.context(ListGroupsRequest.api)
            harness.perform(
                harness.coordinator.listGroups(.init(statesFilter: states, typesFilter: types), context))
            return try #require(harness.reply(context, as: ListGroupsResponse.self)).groups.map(\.groupID)
        }
        #expect(try list([], []) == ["a", "b"])
        #expect(try list(["stable"], ["Classic"]) == ["b"])
        #expect(try list(["Empty"], []) == ["a"])
        #expect(try list([], ["consumer"]) == [])
    }

    func delete(_ harness: inout GroupHarness, _ groups: [String]) throws -> [ErrorCode] {
        let context = harness.context(DeleteGroupsRequest.api)
        harness.perform(harness.coordinator.deleteGroups(.init(groupsNames: groups), context))
        return try #require(harness.reply(context, as: DeleteGroupsResponse.self)).results.map(\.errorCode)
    }

    @Test("Only groups without members are deleted, permanently")
    func deleteGroups() throws {
        var harness = GroupHarness()
        let member = try harness.stableGroup(count: 1)[0]
        _ = harness.commit("g", member, [0: 1])
        #expect(try delete(&harness, ["g", "none"]) == [.nonEmptyGroup, .groupIDNotFound])
        _ = harness.leave("g", [member])
        #expect(try delete(&harness, ["g"]) == [ErrorCode.none])
        try harness.restart(seed: 2)
        #expect(harness.coordinator.groups.isEmpty)
        #expect(try harness.fetch() == [-1])
    }

    @Test("Offsets are deleted where nobody is subscribed to the topic")
    func deleteOffsets() throws {
        var harness = GroupHarness()
        let first = harness.join(protocols: [("range", Self.subscription(["t"]))], version: 3)
        let id = try #require(harness.reply(first, as: JoinGroupResponse.self)).memberID
        let member = Member(id: id, generation: 1)
        _ = harness.sync("g", member, assignments: [id: ""])
        _ = harness.commit("g", member, [0: 1])
        _ = harness.commit("g", member, [0: 2], topic: "old")
        func delete(_ group: String, _ topics: [String]) throws -> OffsetDeleteResponse {
            let context = harness.context(OffsetDeleteRequest.api)
            let request = OffsetDeleteRequest(
                groupID: group, topics: topics.map { .init(name: $0, partitions: [0]) })
            harness.perform(harness.coordinator.offsetDelete(request, context))
            return try #require(harness.reply(context, as: OffsetDeleteResponse.self))
        }
        let deleted = try delete("g", ["t", "old"])
        #expect(deleted.topics.map { $0.partitions[0].errorCode } == [.groupSubscribedToTopic, .none])
        #expect(harness.coordinator.groups["g"]?.offsets.committed.keys.map(\.topic) == ["t"])
        #expect(try delete("none", ["t"]).errorCode == .groupIDNotFound)
        _ = harness.leave("g", [member])
        #expect(try delete("g", ["t"]).topics[0].partitions[0].errorCode == .none)
        #expect(try harness.fetch() == [-1])
    }
}
