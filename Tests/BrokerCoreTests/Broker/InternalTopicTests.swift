import NIOCore
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite("The topic of committed offsets")
struct InternalTopicTests {
    private let name = "__consumer_offsets"

    private func metadata(_ broker: CoreHarness, _ names: [String]?) -> [MetadataResponse.Topic] {
        let token = broker.send(
            MetadataRequest(topics: names?.map { .init(name: $0) }, includeTopicAuthorizedOperations: true))
        broker.settle()
        return broker.response(token, as: MetadataResponse.self)?.topics ?? []
    }

    @Test("metadata lists it as internal, asked for by name or not")
    func listed() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        #expect(metadata(broker, nil).map(\.name) == [name, "t"])
        #expect(metadata(broker, nil).map(\.isInternal) == [true, false])
        let own = metadata(broker, [name]).first
        #expect(own?.errorCode == .some(.none) && own?.isInternal == true && own?.partitions.count == 1)
        // What clients never see stays unseen.
        #expect(metadata(broker, ["__metadata"]).first?.errorCode == .invalidTopicException)
        try broker.restart()
        #expect(metadata(broker, nil).map(\.name) == [name, "t"])
    }

    @Test("it is read as in Kafka: what groups commit stands there in Kafka's own format")
    func read() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        let producer = try #require(broker.initialize("id"))
        _ = broker.send(
            OffsetCommitRequest(
                groupID: "g", generationIDOrMemberEpoch: -1,
                topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, committedOffset: 7)])]))
        broker.settle()
        #expect(broker.listOffset(name, timestamp: -1)?.offset == 1)
        var records = try #require(broker.fetch(name, from: 0)?.records)
        let batch = try #require(try RecordBatch.next(from: &records))
        let record = try #require(try InternalRecord.read(batch).first)
        guard case .offset("g", TopicPartition(topic: "t", partition: 0), let offset) = try GroupRecord(record) else {
            Issue.record("\(record)")
            return
        }
        #expect(offset?.offset == 7)
        // Offsets of a transaction that is not decided are for read-uncommitted readers, as everywhere.
        _ = broker.sendAddOffsets("id", producer, group: "g")
        _ = broker.sendTxnOffset("id", producer, group: "g", "t", 9)
        broker.settle()
        #expect(broker.listOffset(name, timestamp: -1)?.offset == 2)
        #expect(broker.listOffset(name, timestamp: -1, committedOnly: true)?.offset == 1)
    }

    @Test("clients can neither write nor change it")
    func refused() throws {
        let broker = try CoreHarness()
        #expect(broker.produce(name, 0, try Batches.make(["x"]))?.errorCode == .invalidTopicException)
        let delete = broker.send(DeleteTopicsRequest(topicNames: [name]))
        let grow = broker.send(CreatePartitionsRequest(topics: [.init(name: name, count: 4)]))
        let alter = broker.send(
            IncrementalAlterConfigsRequest(
                resources: [
                    .init(
                        resourceType: 2, resourceName: name,
                        configs: [.init(name: "cleanup.policy", configOperation: 0, value: "delete")])
                ]))
        let cut = broker.send(
            DeleteRecordsRequest(topics: [.init(name: name, partitions: [.init(partitionIndex: 0, offset: 0)])]))
        broker.settle()
        #expect(
            broker.response(delete, as: DeleteTopicsResponse.self)?.results.first?.errorCode == .invalidTopicException)
        #expect(
            broker.response(grow, as: CreatePartitionsResponse.self)?.results.first?.errorCode == .invalidTopicException
        )
        #expect(
            broker.response(alter, as: IncrementalAlterConfigsResponse.self)?.results.first?.errorCode
                == .invalidTopicException)
        #expect(
            broker.response(cut, as: DeleteRecordsResponse.self)?.topics.first?.partitions.first?.errorCode
                == .policyViolation)
        let describe = broker.send(
            DescribeConfigsRequest(resources: [.init(resourceType: 2, resourceName: name)]))
        let configs = broker.response(describe, as: DescribeConfigsResponse.self)?.results.first?.configs
        #expect(configs?.first { $0.name == "cleanup.policy" }?.value == "compact")
    }
}
