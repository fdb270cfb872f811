import NIOCore
import Testing

@testable import BrokerCore
@testable import KafkaProtocol

@Suite struct GroupOffsetTests {
    typealias Member = GroupHarness.Member

    @Test("Anyone may commit for a group without members, and it is there after a restart")
    func simpleConsumer() throws {
        var harness = GroupHarness()
        #expect(harness.tryCommit([0: 10, 1: 20]) == [.none, .none])
        #expect(harness.tryCommit([0: 11]) == [ErrorCode.none])
        try harness.restart(seed: 2)
        #expect(try harness.fetch("g", [0, 1, 2]) == [11, 20, -1])
        #expect(try harness.fetch("other") == [-1])
    }

    @Test("A commit counts and is answered once it is durable")
    func durability() throws {
        var harness = GroupHarness()
        harness.persistsAtOnce = false
        let commit = harness.commit([0: 10])
        #expect(harness.errors(commit) == nil)
        #expect(try harness.fetch() == [-1])
        harness.persistAll()
        #expect(harness.errors(commit) == [ErrorCode.none])
        #expect(try harness.fetch() == [10])
    }

    @Test("Once a group has members, only they commit, in their own generation")
    func membersOnly() throws {
        var harness = GroupHarness()
        let members = try harness.stableGroup()
        #expect(harness.tryCommit("g", members[0], [0: 1]) == [ErrorCode.none])
        #expect(harness.tryCommit([0: 2]) == [.unknownMemberID])
        var old = members[0]
        old.generation = 0
        #expect(harness.tryCommit("g", old, [0: 2]) == [.illegalGeneration])
        #expect(harness.tryCommit("g", Member(id: "x", generation: 1), [0: 2]) == [.unknownMemberID])
        #expect(harness.tryCommit("none", Member(id: "x", generation: 1), [0: 2]) == [.illegalGeneration])
        _ = harness.join("g", members[0])
        _ = harness.join("g", members[1])
        var next = members[0]
        next.generation = 2
        #expect(harness.tryCommit("g", next, [0: 2]) == [.rebalanceInProgress])
        #expect(try harness.fetch() == [1])
    }

    @Test("Unknown partitions and oversized texts are refused one by one")
    func partialCommit() throws {
        var harness = GroupHarness()
        #expect(harness.tryCommit([0: 1], topic: "unknown") == [.unknownTopicOrPartition])
        let long = String(repeating: "x", count: 4_097)
        #expect(harness.tryCommit([0: 1], metadata: long) == [.offsetMetadataTooLarge])
        #expect(harness.tryCommit([0: 1], metadata: String(long.dropLast())) == [ErrorCode.none])
    }

    @Test("Offsets of a transaction count from its commit on, and never if it aborts")
    func transactions() throws {
        var harness = GroupHarness()
        _ = harness.commit([0: 5])
        #expect(harness.txnCommit(producerID: 7, [0: 10]) == ErrorCode.none)
        #expect(try harness.fetch("g", [0], requireStable: false) == [5])
        #expect(try harness.fetch("g", [0, 1], requireStable: true) == [nil, -1])
        harness.perform(harness.coordinator.endTransaction(producerID: 7, committed: false, now: harness.now))
        #expect(try harness.fetch("g", [0], requireStable: true) == [5])
        #expect(harness.txnCommit(producerID: 7, [0: 12]) == ErrorCode.none)
        harness.perform(harness.coordinator.endTransaction(producerID: 7, committed: true, now: harness.now))
        #expect(try harness.fetch("g", [0], requireStable: true) == [12])
    }

    @Test("An undecided transaction is still undecided after a restart")
    func transactionRestart() throws {
        var harness = GroupHarness()
        _ = harness.txnCommit(producerID: 7, [0: 10])
        try harness.restart(seed: 3)
        #expect(try harness.fetch("g", [0], requireStable: true) == [nil])
        harness.coordinator.replayTransactionEnd(producerID: 7, committed: true)
        #expect(try harness.fetch("g", [0], requireStable: true) == [10])
    }

    @Test("A transactional commit in the name of a member is checked like any other (KIP-447)")
    func fencedTransaction() throws {
        var harness = GroupHarness()
        let member = try harness.stableGroup(count: 1)[0]
        #expect(harness.txnCommit("g", member, producerID: 7, [0: 1]) == ErrorCode.none)
        #expect(
            harness.txnCommit("g", Member(id: member.id, generation: 0), producerID: 7, [0: 2]) == .illegalGeneration)
        #expect(harness.txnCommit("g", Member(id: "gone", generation: 1), producerID: 7, [0: 2]) == .unknownMemberID)
        #expect(
            harness.txnCommit("g", Member(id: member.id, instanceID: "i", generation: 1), producerID: 7, [0: 2])
                == .unknownMemberID)
        // Old clients name no member.
        #expect(harness.txnCommit(producerID: 8, [0: 3]) == ErrorCode.none)
    }

    @Test("Offsets of a group without members expire, those of a group with members do not")
    func expiry() throws {
        var harness = GroupHarness()
        _ = harness.commit("simple", Member(), [0: 1])
        let member = try harness.stableGroup(count: 1)[0]
        _ = harness.commit("g", member, [0: 2])
        let retention = GroupConfig().offsetRetentionMilliseconds
        for _ in 0..<(retention / 5_000 + 200) {
            harness.advance(5_000)
            _ = harness.heartbeat("g", member)
        }
        #expect(harness.state("simple") == nil)
        #expect(try harness.fetch() == [2])
        _ = harness.leave("g", [member])
        harness.advance(retention - 1_000)
        #expect(try harness.fetch() == [2])
        harness.advance(700_000)
        #expect(harness.state() == nil)
        try harness.restart(seed: 4)
        #expect(harness.coordinator.groups.isEmpty)
    }

    @Test("All offsets of a group can be asked for, in the old form and the new")
    func fetchAll() throws {
        var harness = GroupHarness()
        _ = harness.commit([1: 10, 0: 5], metadata: "note")
        for version in [5, 8] as [Int16] {
            let context = harness.context(OffsetFetchRequest.api, version: version)
            harness.perform(
                harness.coordinator.offsetFetch(
                    .init(groupID: "g", topics: nil, groups: [.init(groupID: "g", topics: nil)]), context))
            let answer = try #require(harness.reply(context, as: OffsetFetchResponse.self))
            let topics = version == 8 ? answer.groups.first?.topics : answer.topics
            #expect(topics?.first?.partitions.map(\.committedOffset) == [5, 10])
            #expect(topics?.first?.partitions.map(\.metadata) == ["note", "note"])
        }
    }

    @Test("Deleting topics deletes what was committed for them")
    func deletedTopics() throws {
        var harness = GroupHarness()
        _ = harness.commit([0: 1])
        _ = harness.commit("g", Member(), [0: 2], topic: "kept")
        harness.perform(harness.coordinator.deleteOffsets(ofTopics: ["t"]))
        #expect(try harness.fetch() == [-1])
        try harness.restart(seed: 5)
        #expect(harness.coordinator.groups["g"]?.offsets.committed.keys.map(\.topic) == ["kept"])
    }
}
