import NIOCore
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

@Suite("Administration through the core")
struct AdminTests {
    @Test("what is wrong with a new topic is said")
    func refusals() throws {
        let broker = try CoreHarness()
        #expect(broker.createTopic("good", partitions: 3) == .some(.none))
        #expect(broker.createTopic("good") == .topicAlreadyExists)
        #expect(broker.createTopic("bad name") == .invalidTopicException)
        #expect(broker.createTopic("..") == .invalidTopicException)
        #expect(broker.createTopic(String(repeating: "x", count: 250)) == .invalidTopicException)
        #expect(broker.createTopic("__consumer_offsets") == .topicAlreadyExists)
        #expect(broker.createTopic("__metadata") == .invalidTopicException)
        #expect(broker.createTopic("a.b_c") == .some(.none))
        #expect(broker.createTopic("a_b.c") == .invalidTopicException)
        #expect(broker.createTopic("none", partitions: 0) == .invalidPartitions)
        #expect(broker.createTopic("c", configs: ["retention.ms": "soon"]) == .invalidConfig)
        #expect(broker.createTopic("c", configs: ["no.such.setting": "1"]) == .invalidConfig)
        #expect(broker.createTopic("c", configs: ["cleanup.policy": "shred"]) == .invalidConfig)
        #expect(broker.core.metadata.topics.keys.sorted() == ["a.b_c", "good"])
    }

    @Test("metadata makes a topic with the default partitions, if it may")
    func autoCreate() throws {
        let broker = try CoreHarness()
        func ask(_ name: String, allow: Bool) -> MetadataResponse.Topic? {
            let token = broker.send(
                MetadataRequest(topics: [.init(name: name)], allowAutoTopicCreation: allow))
            broker.settle()
            return broker.response(token, as: MetadataResponse.self)?.topics.first
        }
        #expect(ask("new", allow: false)?.errorCode == .unknownTopicOrPartition)
        let made = ask("new", allow: true)
        #expect(made?.errorCode == .some(.none))
        #expect(made?.partitions.count == 6)
        #expect(made?.partitions.allSatisfy { $0.leaderID == 1 && $0.isrNodes == [1] } == true)
        #expect(ask("bad name", allow: true)?.errorCode == .invalidTopicException)
    }

    @Test("the operations that a client learns it may do are those that Kafka has for the cluster and for topics")
    func operations() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        let cluster = broker.send(DescribeClusterRequest(includeClusterAuthorizedOperations: true))
        let topic = broker.send(
            MetadataRequest(topics: [.init(name: "t")], includeTopicAuthorizedOperations: true))
        broker.settle()
        func bits(_ operations: Int32?) -> [Int] { (0..<31).filter { (operations ?? 0) >> $0 & 1 == 1 } }
        // Create, alter, describe, cluster action, describe configs, alter configs, idempotent write.
        #expect(
            bits(broker.response(cluster, as: DescribeClusterResponse.self)?.clusterAuthorizedOperations)
                == [5, 7, 8, 9, 10, 11, 12])
        // Read, write, create, delete, alter, describe, describe configs, alter configs.
        #expect(
            bits(broker.response(topic, as: MetadataResponse.self)?.topics.first?.topicAuthorizedOperations)
                == [3, 4, 5, 6, 7, 8, 10, 11])
    }

    @Test("the controllers of a cluster are not asked for at a broker")
    func endpointTypes() throws {
        let broker = try CoreHarness()
        func ask(_ type: Int8) -> DescribeClusterResponse? {
            broker.response(broker.send(DescribeClusterRequest(endpointType: type)))
        }
        #expect(ask(1)?.brokers.count == 1 && ask(1)?.errorCode == .some(.none))
        #expect(ask(2)?.errorCode == .mismatchedEndpointType && ask(2)?.brokers.isEmpty == true)
        #expect(ask(7)?.errorCode == .unsupportedEndpointType)
    }

    @Test("the log directory says how large it is and how much room is left")
    func logDirs() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        broker.produce("t", 0, try Batches.make(["a"]))
        let token = broker.send(DescribeLogDirsRequest(topics: nil))
        broker.settle()
        let result = broker.response(token, as: DescribeLogDirsResponse.self)?.results.first
        #expect(result?.totalBytes == 1 << 30 && result?.usableBytes == 1 << 29)
        #expect(result?.topics.map(\.name) == ["__consumer_offsets", "t"])
        #expect(result?.topics.last?.partitions.first?.partitionSize ?? 0 > 60)
    }

    @Test("partitions can be added, not taken away")
    func partitions() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t", partitions: 2)
        broker.produce("t", 1, try Batches.make(["a"]))
        func grow(_ count: Int32) -> ErrorCode? {
            let token = broker.send(CreatePartitionsRequest(topics: [.init(name: "t", count: count)]))
            broker.settle()
            return broker.response(token, as: CreatePartitionsResponse.self)?.results.first?.errorCode
        }
        #expect(grow(2) == .invalidPartitions)
        #expect(grow(4) == .some(.none))
        #expect(broker.produce("t", 3, try Batches.make(["b"]))?.baseOffset == 0)
        try broker.restart()
        #expect(try broker.readAll("t", 1).map(\.value) == ["a"])
        #expect(try broker.readAll("t", 3).map(\.value) == ["b"])
    }

    @Test("settings are changed one by one or all together, and take effect")
    func configs() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t", configs: ["retention.ms": "5000"])
        func describe(_ name: String) -> DescribeConfigsResult.Config? {
            let token = broker.send(
                DescribeConfigsRequest(resources: [.init(resourceType: 2, resourceName: "t")]))
            return broker.response(token, as: DescribeConfigsResponse.self)?.results.first?.configs.first {
                $0.name == name
            }
        }
        func alter(_ name: String, _ operation: Int8, _ value: String?) -> ErrorCode? {
            let token = broker.send(
                IncrementalAlterConfigsRequest(
                    resources: [
                        .init(
                            resourceType: 2, resourceName: "t",
                            configs: [.init(name: name, configOperation: operation, value: value)])
                    ]))
            broker.settle()
            return broker.response(token, as: IncrementalAlterConfigsResponse.self)?.results.first?.errorCode
        }
        #expect(describe("retention.ms")?.value == "5000")
        #expect(describe("retention.bytes")?.value == "-1")
        #expect(alter("max.message.bytes", 0, "2000") == .some(.none))
        #expect(alter("cleanup.policy", 2, "compact") == .some(.none))
        #expect(describe("cleanup.policy")?.value == "delete,compact")
        #expect(alter("cleanup.policy", 3, "delete") == .some(.none))
        #expect(describe("cleanup.policy")?.value == "compact")
        // Only lists have parts; and a request has each setting once, with a value.
        #expect(alter("max.message.bytes", 2, "1") == .invalidConfig)
        #expect(alter("retention.ms", 3, "5000") == .invalidConfig)
        #expect(alter("retention.ms", 9, "5000") == .invalidRequest)
        #expect(alter("retention.ms", 0, nil) == .invalidRequest)
        #expect(describe("retention.ms")?.value == "5000")
        #expect(alter("retention.ms", 1, nil) == .some(.none))
        #expect(describe("retention.ms")?.value == "604800000")
        #expect(alter("retention.ms", 0, "x") == .invalidConfig)
        let large = try Batches.make([String(repeating: "x", count: 3000)])
        #expect(broker.produce("t", 0, large)?.errorCode == .messageTooLarge)
        try broker.restart()
        #expect(describe("max.message.bytes")?.value == "2000")
    }

    @Test("records before an offset are deleted, also for a restarted broker")
    func deleteRecords() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        for index in 0..<200 {
            broker.produce("t", 0, try Batches.make(["\(index)" + String(repeating: "v", count: 200)]))
        }
        let files = broker.files.fileNames.count { $0.hasPrefix("topics/t/") }
        func delete(before offset: Int64) -> DeleteRecordsResponse.Partition? {
            let token = broker.send(
                DeleteRecordsRequest(topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, offset: offset)])])
            )
            broker.settle()
            return broker.response(token, as: DeleteRecordsResponse.self)?.topics.first?.partitions.first
        }
        #expect(delete(before: 1000)?.errorCode == .offsetOutOfRange)
        #expect(delete(before: 150)?.lowWatermark == 150)
        for _ in 0..<2 {
            #expect(broker.listOffset("t", timestamp: -2)?.offset == 150)
            #expect(broker.fetch("t", from: 149)?.errorCode == .offsetOutOfRange)
            #expect(try broker.readAll("t").map(\.offset) == Array(150..<200))
            try broker.restart()
        }
        #expect(broker.files.fileNames.count { $0.hasPrefix("topics/t/") } < files)
        #expect(delete(before: -1)?.lowWatermark == 200)
        #expect(broker.produce("t", 0, try Batches.make(["on"]))?.baseOffset == 200)
    }

    @Test("old segments go by time and by size")
    func retention() throws {
        var settings = CoreHarness.smallSettings
        settings.maintenanceIntervalMilliseconds = 1000
        let broker = try CoreHarness(settings: settings)
        _ = broker.createTopic("time", configs: ["retention.ms": "60000"])
        _ = broker.createTopic("size", configs: ["retention.bytes": "40000"])
        for index in 0..<300 {
            let records = try Batches.make(
                ["\(index)" + String(repeating: "v", count: 200)], timestamp: broker.now.wall)
            broker.produce("time", 0, records)
            broker.produce("size", 0, records)
        }
        broker.advance(milliseconds: 1000)
        broker.settle()
        #expect(broker.listOffset("time", timestamp: -2)?.offset == 0)
        let start = try #require(broker.listOffset("size", timestamp: -2)?.offset)
        let size = broker.core.topics["size"]?.partitions[0].size ?? 0
        #expect(start > 0 && size >= 40_000 && size < 40_000 + settings.log.segmentBytes)
        broker.advance(milliseconds: 120_000)
        broker.settle()
        // All of it is too old, the segment that was appended to last included.
        let active = broker.core.topics["time"]?.partitions[0].activeSegment.baseOffset
        #expect(active == 300)
        #expect(broker.listOffset("time", timestamp: -2)?.offset == active)
        try broker.restart()
        #expect(broker.listOffset("time", timestamp: -2)?.offset == active)
        #expect(broker.core.topics["time"]?.partitions[0].damage == nil)
    }

    @Test("a deleted topic wakes those who wait for it")
    func deletionWakes() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        let fetch = broker.sendFetch("t", from: 0, maxWait: 60_000, connection: 2)
        _ = broker.send(DeleteTopicsRequest(topicNames: ["t"]))
        broker.settle()
        #expect(broker.fetched(fetch)?.errorCode == .unknownTopicOrPartition)
        #expect(broker.fetched(fetch)?.records == ByteBuffer())
    }

    @Test("what a connection waited for is forgotten when it closes")
    func closedConnection() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        for _ in 0..<10 { _ = broker.sendFetch("t", from: 0, maxWait: 60_000, connection: 5) }
        #expect(broker.core.fetches.pending.count == 10)
        broker.closeConnection(5)
        #expect(broker.core.fetches.pending.isEmpty)
        #expect(broker.core.topics["t"]?.partitions[0].waiters.isEmpty == true)
    }
}
