import Testing

@testable import BrokerCore

/// Found by the simulation, seed 333: a commit on its way to the disk came back after its topic's deletion.
@Suite struct GroupOffsetsTests {
    private let gone = TopicPartition(topic: "gone", partition: 0)
    private let kept = TopicPartition(topic: "kept", partition: 0)

    @Test("what is forgotten while its commit is on its way to the disk stays forgotten, and the log says so")
    func forgottenOnTheWay() {
        var offsets = GroupOffsets()
        let committed = [
            gone: CommittedOffset(offset: 6, commitTimestamp: 1), kept: CommittedOffset(offset: 7, commitTimestamp: 1),
        ]
        let number = offsets.begin(committed.keys)
        #expect(offsets.removeAll { $0.topic == "gone" } == [gone])
        offsets.end(number, committed)
        #expect(offsets.committed.mapValues(\.offset) == [kept: 7])
        #expect(offsets.inFlight.isEmpty)
    }

    @Test("a commit that begins after that counts, though an older one ends later")
    func begunAfterwards() {
        var offsets = GroupOffsets()
        let older = offsets.begin([gone])
        _ = offsets.removeAll { $0 == gone }
        let newer = offsets.begin([gone])
        offsets.end(newer, [gone: CommittedOffset(offset: 2, commitTimestamp: 2)])
        offsets.end(older, [gone: CommittedOffset(offset: 1, commitTimestamp: 1)])
        #expect(offsets.committed[gone]?.offset == 2)
    }
}
