import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import KafkaProtocol

@Suite struct GroupRecoveryTests {
    typealias Member = GroupHarness.Member

    @Test("Members that outlive a restart of the broker go on without a rebalance")
    func survivors() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup()
        try harness.restart(seed: 2)
        #expect(harness.state() == .stable)
        for member in members { #expect(harness.heartbeat("g", member) == ErrorCode.none) }
        #expect(harness.tryCommit("g", members[0], [0: 3]) == [ErrorCode.none])
        let sync = harness.sync("g", members[1])
        #expect(
            harness.reply(sync, as: SyncGroupResponse.self)?.assignment == ByteBuffer(string: "for \(members[1].id)"))
    }

    @Test("After a restart of everything new members do not wait for the old ones")
    func ghosts() throws {
        var harness = GroupHarness()
        _ = try harness.stableGroup()
        try harness.restart(seed: 2)
        let fresh = try harness.enter(protocols: [("other", "m")])
        let joined = try #require(harness.reply(fresh.join, as: JoinGroupResponse.self))
        #expect(joined.generationID == 2 && joined.members.count == 1 && joined.leader == fresh.member.id)
    }

    @Test("A survivor that is heard of is waited for")
    func heardSurvivor() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup()
        try harness.restart(seed: 2)
        #expect(harness.heartbeat("g", members[1]) == ErrorCode.none)
        let fresh = try harness.enter()
        #expect(harness.reply(fresh.join, as: JoinGroupResponse.self) == nil)
        let back = harness.join("g", members[1])
        #expect(harness.reply(fresh.join, as: JoinGroupResponse.self)?.generationID == 2)
        #expect(harness.reply(back, as: JoinGroupResponse.self)?.errorCode == ErrorCode.none)
        #expect(harness.heartbeat("g", members[0]) == .unknownMemberID)
    }

    @Test("Survivors that stay silent lose their session after the restart too")
    func silentSurvivors() throws {
        var harness = GroupHarness()
        _ = try harness.stableGroup()
        try harness.restart(seed: 2)
        harness.advance(10_001)
        #expect(harness.state() == .empty)
    }

    @Test("Member ids do not come again after a restart")
    func freshIDs() throws {
        var harness = GroupHarness(seed: 1)
        let members = try harness.stableGroup(count: 3)
        try harness.restart(seed: 2)
        for _ in 0..<100 {
            let join = harness.join()
            let id = try #require(harness.reply(join, as: JoinGroupResponse.self)).memberID
            #expect(!members.map(\.id).contains(id))
        }
    }

    @Test("Records of other versions are skipped, and damaged ones are refused")
    func foreignRecords() throws {
        var coordinator = GroupCoordinator(config: GroupConfig(), seed: 1)
        let now = BrokerTime(wall: 0, monotonic: 0)
        try coordinator.replay(
            InternalRecord(key: ByteBuffer(hex: "0009" + "0001" + "67"), value: ByteBuffer(hex: "0001")),
            producerID: nil,
            now: now)
        let record = GroupRecord.offset(
            group: "g", TopicPartition(topic: "t", partition: 1), CommittedOffset(offset: 5, commitTimestamp: 9))
        var value = try #require(record.value)
        for length in 0..<value.readableBytes {
            let cut = InternalRecord(key: record.key, value: value.getSlice(at: 0, length: length))
            #expect(throws: WireError.self) { try coordinator.replay(cut, producerID: nil, now: now) }
        }
        value.setInteger(Int16(4), at: 0)
        try coordinator.replay(InternalRecord(key: record.key, value: value), producerID: nil, now: now)
        #expect(coordinator.groups["g"]?.offsets.committed.isEmpty ?? true)
    }

    @Test("The records are those of Kafka's own offsets topic")
    func format() throws {
        let record = GroupRecord.offset(
            group: "g", TopicPartition(topic: "t", partition: 2),
            CommittedOffset(offset: 5, leaderEpoch: 1, metadata: "m", commitTimestamp: 9))
        #expect(record.key == ByteBuffer(hex: "0001" + "000167" + "000174" + "00000002"))
        #expect(
            record.value == ByteBuffer(hex: "0003" + "0000000000000005" + "00000001" + "00016d" + "0000000000000009"))
        #expect(GroupRecord.groupTombstone("g") == InternalRecord(key: ByteBuffer(hex: "0002" + "000167"), value: nil))
    }
}
