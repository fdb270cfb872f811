import NIOCore
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

@Suite("Topics that are deleted and made again")
struct TopicIDTests {
    private func describe(_ broker: CoreHarness, _ topic: MetadataRequest.Topic) -> MetadataResponse.Topic? {
        let token = broker.send(MetadataRequest(topics: [topic], allowAutoTopicCreation: false))
        broker.settle()
        return broker.response(token, as: MetadataResponse.self)?.topics.first
    }

    private func delete(_ broker: CoreHarness, _ topic: DeleteTopicsRequest.Topic) -> DeleteTopicsResult? {
        let token = broker.send(DeleteTopicsRequest(topics: [topic]))
        broker.settle()
        return broker.response(token, as: DeleteTopicsResponse.self)?.results.first
    }

    private func fetch(_ broker: CoreHarness, _ id: TopicID, maxWait: Int32 = 0) -> RequestToken {
        var request = FetchRequest()
        request.maxWaitMilliseconds = maxWait
        request.minBytes = 1
        request.topics = [
            .init(topicID: id, partitions: [.init(partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20)])
        ]
        return broker.send(request)
    }

    @Test("a topic has an id of its own, also after a restart, and can be asked for by it")
    func identity() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("a", partitions: 2)
        _ = broker.createTopic("b")
        let a = try #require(describe(broker, .init(name: "a"))?.topicID)
        let b = try #require(describe(broker, .init(name: "b"))?.topicID)
        #expect(a != b && a != .none && b != .none)
        #expect(describe(broker, .init(topicID: a))?.name == "a")
        try broker.restart()
        #expect(describe(broker, .init(topicID: b))?.name == "b")
        let grow = broker.send(CreatePartitionsRequest(topics: [.init(name: "a", count: 5)]))
        broker.settle()
        #expect(broker.response(grow, as: CreatePartitionsResponse.self)?.results.first?.errorCode == .some(.none))
        #expect(describe(broker, .init(name: "a"))?.topicID == a)
        // The first partition's log alone makes the id.
        #expect(describe(broker, .init(topicID: .init(high: a.high, low: a.low + 1)))?.errorCode == .unknownTopicID)
        #expect(describe(broker, .init(topicID: .init(high: a.high + 1, low: a.low)))?.errorCode == .unknownTopicID)
        // The internal topic has one as well.
        let own = try #require(describe(broker, .init(name: "__consumer_offsets"))?.topicID)
        #expect(describe(broker, .init(topicID: own))?.name == "__consumer_offsets")
    }

    @Test("what knows the old topic by its id learns that it is gone; the new one begins empty")
    func again() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        broker.produce("t", 0, try Batches.make(["old"]))
        let commit = OffsetCommitRequest(
            groupID: "g", generationIDOrMemberEpoch: -1,
            topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, committedOffset: 1)])])
        _ = broker.send(commit)
        broker.settle()
        #expect(broker.committedOffset(group: "g", "t") == 1)
        let old = try #require(describe(broker, .init(name: "t"))?.topicID)
        #expect(broker.fetched(fetch(broker, old))?.records?.readableBytes ?? 0 > 0)

        let waiting = fetch(broker, try #require(describe(broker, .init(name: "t"))?.topicID), maxWait: 60_000)
        #expect(broker.fetched(waiting)?.records?.readableBytes ?? 0 > 0)
        #expect(delete(broker, .init(topicID: old))?.name == "t")
        #expect(broker.createTopic("t") == .some(.none))
        for _ in 0..<2 {
            let new = try #require(describe(broker, .init(name: "t"))?.topicID)
            #expect(new != old)
            #expect(broker.fetched(fetch(broker, old))?.errorCode == .unknownTopicID)
            #expect(describe(broker, .init(topicID: old))?.errorCode == .unknownTopicID)
            #expect(describe(broker, .init(topicID: old))?.name == nil)
            #expect(delete(broker, .init(topicID: old))?.errorCode == .unknownTopicID)
            #expect(broker.fetched(fetch(broker, new))?.errorCode == .some(.none))
            #expect(broker.fetched(fetch(broker, new))?.highWatermark == 0)
            #expect(broker.committedOffset(group: "g", "t") == -1)
            try broker.restart()
        }
    }

    @Test("a fetch by id that waits is answered when its topic goes")
    func waiting() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        let id = try #require(describe(broker, .init(name: "t"))?.topicID)
        let token = fetch(broker, id, maxWait: 60_000)
        #expect(broker.fetched(token) == nil)
        _ = delete(broker, .init(name: "t"))
        #expect(broker.fetched(token)?.errorCode == .unknownTopicID)
        #expect(broker.response(token, as: FetchResponse.self)?.topics.first?.topicID == id)
    }

    @Test("a topic is deleted by its name or its id, not by both")
    func ambiguous() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        let id = try #require(describe(broker, .init(name: "t"))?.topicID)
        #expect(delete(broker, .init(name: "t", topicID: id))?.errorCode == .invalidRequest)
        #expect(delete(broker, .init())?.errorCode == .invalidRequest)
        #expect(delete(broker, .init(name: "no"))?.errorCode == .unknownTopicOrPartition)
    }

    @Test("a producer goes on in the topic that was made again, wherever its sequence is")
    func producer() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        let producer = try #require(broker.initialize(nil))
        broker.produce("t", 0, try Batches.make(["a", "b"], producer: producer, sequence: 0))
        _ = delete(broker, .init(name: "t"))
        _ = broker.createTopic("t")
        #expect(
            broker.produce("t", 0, try Batches.make(["c"], producer: producer, sequence: 2))?.errorCode == .some(.none))
        #expect(broker.produce("t", 0, try Batches.make(["d"], producer: producer, sequence: 3))?.baseOffset == 1)
        #expect(
            broker.produce("t", 0, try Batches.make(["e"], producer: producer, sequence: 5))?.errorCode
                == .outOfOrderSequenceNumber)
    }
}
