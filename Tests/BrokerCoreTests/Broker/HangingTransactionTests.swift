import NIOCore
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

@Suite("Transactions that hang")
struct HangingTransactionTests {
    /// A broker with a transaction in `t` that no transactional id knows any more, and its producer.
    private func hanging() throws -> (CoreHarness, ProducerIdentity) {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        let producer = try #require(broker.initialize("id"))
        _ = broker.addPartitions("id", producer, "t", [0])
        broker.produce(
            "t", 0, try Batches.make(["open"], producer: producer, sequence: 0, transactional: true),
            transactionalID: "id")
        _ = broker.sendAddOffsets("id", producer, group: "g")
        _ = broker.sendTxnOffset("id", producer, group: "g", "t", 1)
        broker.settle()
        broker.core.transactions.forget("id")
        broker.produce("t", 0, try Batches.make(["after"]))
        return (broker, producer)
    }

    private func mark(
        _ broker: CoreHarness, _ producer: ProducerIdentity, commit: Bool, _ topic: String = "t", _ partition: Int32 = 0
    ) -> ErrorCode? {
        let token = broker.send(
            WriteTxnMarkersRequest(markers: [
                .init(
                    producerID: producer.id, producerEpoch: producer.epoch, transactionResult: commit,
                    topics: [.init(name: topic, partitions: [partition])])
            ]))
        broker.settle()
        return broker.response(token, as: WriteTxnMarkersResponse.self)?.markers.first?.topics.first?.partitions.first?
            .errorCode
    }

    private func producers(_ broker: CoreHarness, _ topic: String) -> [DescribeProducersResult.ActiveProducer] {
        let token = broker.send(
            DescribeProducersRequest(topics: [.init(name: topic, partitions: [0])]))
        return broker.response(token, as: DescribeProducersResponse.self)?.topics.first?.partitions.first?
            .activeProducers ?? []
    }

    @Test("an administrator finds one and ends it permanently", arguments: [true, false])
    func abort(commit: Bool) throws {
        let (broker, producer) = try hanging()
        #expect(try broker.readAll("t", committedOnly: true).isEmpty)
        #expect(producers(broker, "t").map(\.currentTxnStartOffset) == [0])
        #expect(mark(broker, producer, commit: commit) == .some(.none))
        let seen = commit ? ["open", "after"] : ["after"]
        #expect(try broker.readAll("t", committedOnly: true).map(\.value) == seen)
        #expect(producers(broker, "t").map(\.currentTxnStartOffset) == [-1])
        // Asked again, there is nothing to end.
        let end = broker.listOffset("t", timestamp: -1)?.offset
        #expect(mark(broker, producer, commit: commit) == .some(.none))
        #expect(broker.listOffset("t", timestamp: -1)?.offset == end)
        try broker.restart()
        #expect(try broker.readAll("t", committedOnly: true).map(\.value) == seen)
    }

    @Test("offsets that hang are ended in the topic of committed offsets", arguments: [true, false])
    func offsets(commit: Bool) throws {
        let (broker, producer) = try hanging()
        #expect(producers(broker, "__consumer_offsets").map(\.producerID) == [producer.id])
        #expect(mark(broker, producer, commit: commit, "__consumer_offsets") == .some(.none))
        #expect(broker.committedOffset(group: "g", "t") == (commit ? 1 : -1))
    }

    @Test("what cannot be marked is refused")
    func refused() throws {
        let (broker, producer) = try hanging()
        #expect(mark(broker, producer, commit: false, "no") == .unknownTopicOrPartition)
        #expect(mark(broker, producer, commit: false, "t", 5) == .unknownTopicOrPartition)
        #expect(mark(broker, .init(id: producer.id, epoch: 3), commit: false) == .some(.none))
        #expect(mark(broker, producer, commit: false) == .invalidProducerEpoch)
        #expect(mark(broker, .init(id: -1, epoch: 0), commit: false) == .invalidRequest)
    }

    @Test("a transaction that is alive loses only its part in the marked partition")
    func alive() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t", partitions: 2)
        let producer = try #require(broker.initialize("id"))
        _ = broker.addPartitions("id", producer, "t", [0, 1])
        for partition: Int32 in 0...1 {
            broker.produce(
                "t", partition,
                try Batches.make(["p\(partition)"], producer: producer, sequence: 0, transactional: true),
                transactionalID: "id")
        }
        #expect(mark(broker, producer, commit: false) == .some(.none))
        #expect(broker.end("id", producer, commit: true) == .some(.none))
        #expect(try broker.readAll("t", 0, committedOnly: true).isEmpty)
        #expect(try broker.readAll("t", 1, committedOnly: true).map(\.value) == ["p1"])
        #expect(broker.listOffset("t", 0, timestamp: -1, committedOnly: true)?.offset == 2)
    }
}
