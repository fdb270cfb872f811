import NIOCore
import Testing

@testable import BrokerCore
@testable import KafkaProtocol

@Suite struct GroupMembershipTests {
    typealias Member = GroupHarness.Member

    @Test("A single member gets an id, a generation and its own assignment")
    func singleMember() throws {
        var harness = GroupHarness()
        let (member, join) = try harness.enter(protocols: [("range", "meta"), ("sticky", "other")])
        let joined = try #require(harness.reply(join, as: JoinGroupResponse.self))
        #expect(joined.errorCode == .none && joined.generationID == 1 && joined.protocolName == "range")
        #expect(joined.leader == member.id && joined.memberID == member.id && joined.protocolType == "consumer")
        #expect(joined.members == [.init(memberID: member.id, metadata: ByteBuffer(string: "meta"))])
        let present = Member(id: member.id, generation: 1)
        #expect(harness.heartbeat("g", present) == ErrorCode.none)
        let sync = harness.sync("g", present, assignments: [member.id: "all"])
        #expect(harness.reply(sync, as: SyncGroupResponse.self)?.assignment == ByteBuffer(string: "all"))
        #expect(harness.state() == .stable)
    }

    @Test("Clients from before version 4 join without knowing their id first")
    func oldClient() throws {
        var harness = GroupHarness()
        let join = harness.join(version: 3)
        let joined = try #require(harness.reply(join, as: JoinGroupResponse.self))
        #expect(joined.errorCode == .none && joined.members.count == 1 && !joined.memberID.isEmpty)
    }

    @Test("Only the leader learns who is in the group, and all wait for its assignment")
    func twoMembers() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup()
        #expect(members.map(\.generation) == [1, 1])
        #expect(harness.state() == .stable)
        let again = harness.sync("g", members[1])
        #expect(
            harness.reply(again, as: SyncGroupResponse.self)?.assignment == ByteBuffer(string: "for \(members[1].id)"))
    }

    @Test("A new member makes the others join again, and the rebalance waits for them")
    func rebalanceOnJoin() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup()
        let third = try harness.enter()
        #expect(harness.state() == .preparingRebalance)
        #expect(harness.reply(third.join, as: JoinGroupResponse.self) == nil)
        #expect(harness.heartbeat("g", members[0]) == .rebalanceInProgress)
        #expect(harness.tryCommit("g", members[1], [0: 5]) == [ErrorCode.none])
        let joins = members.map { harness.join("g", $0) }
        for join in joins + [third.join] {
            #expect(harness.reply(join, as: JoinGroupResponse.self)?.generationID == 2)
        }
        #expect(harness.reply(joins[0], as: JoinGroupResponse.self)?.members.count == 3)
        #expect(harness.reply(joins[1], as: JoinGroupResponse.self)?.members == [])
        // Whoever still is in the old generation is notified.
        #expect(harness.heartbeat("g", members[0]) == .illegalGeneration)
        let old = harness.sync("g", members[0])
        #expect(harness.reply(old, as: SyncGroupResponse.self)?.errorCode == .illegalGeneration)
    }

    @Test("A member that does not join again within the rebalance timeout is left behind")
    func rebalanceTimeout() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup()
        let third = try harness.enter()
        for _ in 0..<11 {
            harness.advance(5_000)
            _ = harness.heartbeat("g", members[0])
            _ = harness.heartbeat("g", members[1])
        }
        let back = harness.join("g", members[1])
        harness.advance(5_000)
        #expect(harness.reply(third.join, as: JoinGroupResponse.self)?.generationID == 2)
        #expect(harness.reply(back, as: JoinGroupResponse.self)?.leader == members[1].id)
        #expect(harness.heartbeat("g", members[0]) == .unknownMemberID)
    }

    @Test("A member that is silent for its session timeout is removed")
    func sessionTimeout() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup()
        harness.advance(6_000)
        #expect(harness.heartbeat("g", members[0]) == ErrorCode.none)
        harness.advance(4_001)
        #expect(harness.state() == .preparingRebalance)
        #expect(harness.heartbeat("g", members[1]) == .unknownMemberID)
        #expect(harness.heartbeat("g", members[0]) == .rebalanceInProgress)
        harness.advance(20_000)
        #expect(harness.state() == .empty)
    }

    @Test("Leaving takes effect at once, for several members in one request")
    func leaving() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup(count: 3)
        #expect(harness.leave("g", [members[2], Member(id: "nobody")]) == [.none, .unknownMemberID])
        #expect(harness.state() == .preparingRebalance)
        let join = harness.join("g", members[0])
        #expect(harness.leave("g", [members[1]]) == [ErrorCode.none])
        #expect(harness.reply(join, as: JoinGroupResponse.self)?.generationID == 2)
        #expect(harness.leave("g", [members[0]]) == [ErrorCode.none])
        #expect(harness.state() == .empty)
    }

    @Test("An old LeaveGroup names one member and gets one error")
    func oldLeave() throws {
        var harness = GroupHarness()
        let member = try harness.stableGroup(count: 1)[0]
        for expected in [ErrorCode.none, .unknownMemberID] {
            let context = harness.context(LeaveGroupRequest.api, version: 2)
            harness.perform(
                harness.coordinator.leaveGroup(.init(groupID: "g", memberID: member.id), context, now: harness.now))
            #expect(harness.reply(context, as: LeaveGroupResponse.self) == LeaveGroupResponse(errorCode: expected))
        }
    }

    @Test("A reserved id lapses, and nobody waits for it any longer")
    func pendingMemberLapses() throws {
        var harness = GroupHarness()
        _ = harness.join()
        let second = try harness.enter()
        #expect(harness.reply(second.join, as: JoinGroupResponse.self) == nil)
        harness.advance(10_001)
        #expect(harness.reply(second.join, as: JoinGroupResponse.self)?.errorCode == ErrorCode.none)
    }

    @Test("Members that get no assignment are removed after the rebalance timeout")
    func syncTimeout() throws {
        var harness = GroupHarness()
        let ids = try (0..<2).map { _ in
            let first = harness.join(session: 200_000)
            return try #require(harness.reply(first, as: JoinGroupResponse.self)).memberID
        }
        let joins = ids.map { harness.join("g", Member(id: $0), session: 200_000) }
        #expect(harness.reply(joins[1], as: JoinGroupResponse.self)?.generationID == 1)
        let sync = harness.sync("g", Member(id: ids[1], generation: 1))
        harness.advance(60_001)
        #expect(harness.reply(sync, as: SyncGroupResponse.self)?.errorCode == .rebalanceInProgress)
        #expect(harness.coordinator.groups["g"]?.members.keys.elements == [ids[1]])
    }

    @Test("A leader that joins again starts a rebalance, a follower without news only asks")
    func rejoining() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup()
        let follower = harness.join("g", members[1])
        #expect(harness.reply(follower, as: JoinGroupResponse.self)?.generationID == 1)
        #expect(harness.state() == .stable)
        let changed = harness.join("g", members[1], protocols: [("range", "more topics")])
        #expect(harness.reply(changed, as: JoinGroupResponse.self) == nil)
        let leader = harness.join("g", members[0])
        #expect(harness.reply(leader, as: JoinGroupResponse.self)?.generationID == 2)
        let retried = harness.join("g", members[0])
        #expect(harness.reply(retried, as: JoinGroupResponse.self) == harness.reply(leader))
    }

    @Test("A rebalance during the wait for the assignment sends the waiting members back to join")
    func rebalanceDuringSync() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup()
        _ = harness.join("g", members[0])
        let follower = harness.join("g", members[1])
        #expect(harness.reply(follower, as: JoinGroupResponse.self)?.generationID == 2)
        let waiting = harness.sync("g", Member(id: members[1].id, generation: 2))
        #expect(harness.reply(waiting, as: SyncGroupResponse.self) == nil)
        _ = try harness.enter()
        #expect(harness.reply(waiting, as: SyncGroupResponse.self)?.errorCode == .rebalanceInProgress)
    }

    @Test("The assignment is handed out only once it is durable, and not after another rebalance has begun")
    func durableAssignment() throws {
        var harness = GroupHarness()
        let (entered, _) = try harness.enter()
        let member = Member(id: entered.id, generation: 1)
        harness.persistsAtOnce = false
        let sync = harness.sync("g", member, assignments: [member.id: "all"])
        #expect(harness.reply(sync, as: SyncGroupResponse.self) == nil)
        harness.persistAll()
        #expect(harness.reply(sync, as: SyncGroupResponse.self)?.assignment == ByteBuffer(string: "all"))

        _ = harness.join("g", member)
        let second = harness.sync("g", Member(id: member.id, generation: 2), assignments: [member.id: "all"])
        _ = try harness.enter()
        harness.persistAll()
        #expect(harness.reply(second, as: SyncGroupResponse.self)?.errorCode == .rebalanceInProgress)
        #expect(harness.state() == .preparingRebalance)
    }

    @Test("The protocol is one that all support, by majority")
    func protocolSelection() throws {
        var harness = GroupHarness()
        let lists = [[("a", ""), ("b", "")], [("b", ""), ("a", "")], [("c", ""), ("b", "")]]
        let firsts = lists.map { harness.join(protocols: $0) }
        var joins: [RequestContext] = []
        for (first, list) in zip(firsts, lists) {
            let id = try #require(harness.reply(first, as: JoinGroupResponse.self)).memberID
            joins.append(harness.join("g", Member(id: id), protocols: list))
        }
        #expect(harness.reply(joins[0], as: JoinGroupResponse.self)?.protocolName == "b")
        let stranger = harness.join(protocols: [("x", "")])
        #expect(harness.reply(stranger, as: JoinGroupResponse.self)?.errorCode == .inconsistentGroupProtocol)
        let connector = harness.join(type: "connect")
        #expect(harness.reply(connector, as: JoinGroupResponse.self)?.errorCode == .inconsistentGroupProtocol)
    }

    @Test("The first rebalance can be delayed, and each newcomer draws it out")
    func initialDelay() throws {
        var config = GroupConfig()
        config.initialRebalanceDelayMilliseconds = 3_000
        var harness = GroupHarness(config: config)
        let first = try harness.enter()
        harness.advance(2_000)
        let second = try harness.enter()
        harness.advance(1_500)
        #expect(harness.reply(first.join, as: JoinGroupResponse.self) == nil)
        harness.advance(3_000)
        #expect(harness.reply(first.join, as: JoinGroupResponse.self)?.members.count == 2)
        #expect(harness.reply(second.join, as: JoinGroupResponse.self)?.generationID == 1)
    }

    @Test("Requests that make no sense are refused with the error that says why")
    func refusals() throws {
        var harness = GroupHarness()
        func error(_ context: RequestContext) -> ErrorCode? {
            harness.reply(context, as: JoinGroupResponse.self)?.errorCode
        }
        #expect(error(harness.join("")) == .invalidGroupID)
        #expect(error(harness.join(String(repeating: "g", count: 2_000))) == .invalidGroupID)
        #expect(error(harness.join(session: 10)) == .invalidSessionTimeout)
        #expect(error(harness.join(session: .max)) == .invalidSessionTimeout)
        #expect(error(harness.join("none", Member(id: "stranger"))) == .unknownMemberID)
        #expect(error(harness.join(protocols: [])) == .inconsistentGroupProtocol)
        let member = try harness.stableGroup(count: 1)[0]
        #expect(error(harness.join("g", Member(id: "stranger"))) == .unknownMemberID)
        #expect(harness.heartbeat("none", member) == .unknownMemberID)
        #expect(harness.heartbeat("", member) == .invalidGroupID)
        let wrong = harness.sync("g", member, protocolName: "sticky")
        #expect(harness.reply(wrong, as: SyncGroupResponse.self)?.errorCode == .inconsistentGroupProtocol)
        let nowhere = harness.sync("none", member)
        #expect(harness.reply(nowhere, as: SyncGroupResponse.self)?.errorCode == .unknownMemberID)
    }

    @Test("A group has no more members, and the broker no more groups, than the limits say")
    func limits() throws {
        var config = GroupConfig()
        config.maximumMembers = 2
        config.maximumGroups = 2
        config.maximumGroupBytes = 100
        var harness = GroupHarness(config: config)
        let members = try harness.stableGroup()
        let third = harness.join(version: 3)
        #expect(harness.reply(third, as: JoinGroupResponse.self)?.errorCode == .groupMaxSizeReached)
        let large = harness.join("g", members[0], protocols: [("range", String(repeating: "x", count: 200))])
        #expect(harness.reply(large, as: JoinGroupResponse.self)?.errorCode == .groupMaxSizeReached)
        _ = harness.join("second")
        let tooMany = harness.join("third")
        #expect(harness.reply(tooMany, as: JoinGroupResponse.self)?.errorCode == .coordinatorNotAvailable)
    }

    @Test("A closed connection takes a joining member with it, so that the others need not wait")
    func cancelledJoin() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup()
        let third = try harness.enter()
        harness.perform(harness.coordinator.cancel([third.join], now: harness.now))
        let joins = members.map { harness.join("g", $0) }
        #expect(harness.reply(joins[0], as: JoinGroupResponse.self)?.members.count == 2)
        // A known member only stops waiting.
        let leaving = harness.join("g", members[0])
        _ = leaving
        harness.perform(harness.coordinator.cancel([leaving], now: harness.now))
        #expect(harness.coordinator.groups["g"]?.members.count == 2)
    }
}
