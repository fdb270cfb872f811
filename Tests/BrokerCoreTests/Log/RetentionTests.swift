import NIOCore
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

@Suite("Retention")
struct RetentionTests {
    private static let day: Int64 = 24 * 3_600 * 1_000

    private func broker(readers: Set<String> = [], unreadBytes: Int64 = 1 << 30) throws -> CoreHarness {
        var settings = CoreHarness.smallSettings
        settings.maintenanceIntervalMilliseconds = 1000
        if !readers.isEmpty { settings.declaredReaders = ["t": readers] }
        settings.unreadRetentionBytes = unreadBytes
        let broker = try CoreHarness(settings: settings)
        _ = broker.createTopic("t", configs: ["retention.ms": "\(Self.day)"])
        return broker
    }

    /// Records of this time, each 300 bytes.
    private func fill(_ broker: CoreHarness, _ count: Int, timestamp: Int64? = nil) throws {
        for index in 0..<count {
            let records = try Batches.make(
                ["\(index)-" + String(repeating: "v", count: 300)], timestamp: timestamp ?? broker.now.wall)
            #expect(broker.produce("t", 0, records)?.errorCode == ErrorCode.none)
        }
    }

    private func maintain(_ broker: CoreHarness, after milliseconds: Int64 = 1000) {
        broker.advance(milliseconds: milliseconds)
        broker.settle()
    }

    private func start(_ broker: CoreHarness) -> Int64? { broker.listOffset("t", timestamp: -2)?.offset }

    private func commit(_ broker: CoreHarness, _ group: String, _ offset: Int64) {
        let partition = CommittedPartition<OffsetCommitRequest>(partitionIndex: 0, committedOffset: offset)
        _ = broker.send(OffsetCommitRequest(groupID: group, topics: [.init(name: "t", partitions: [partition])]))
        broker.settle()
    }

    @Test(
        "counts from when the broker took a record, whatever time the record says",
        arguments: [-1, 0, 1_000, 4_000_000_000_000] as [Int64])
    func brokersTime(timestamp: Int64) throws {
        let broker = try broker()
        try fill(broker, 100, timestamp: timestamp)
        maintain(broker)
        #expect(start(broker) == 0)
        for _ in 0..<3 {
            broker.advance(milliseconds: Self.day / 4)
            try broker.restart()
            maintain(broker)
            #expect(start(broker) == 0)
        }
        // What the first start took from the journal counts from then.
        maintain(broker, after: Self.day / 2)
        #expect(start(broker) == 100)
    }

    @Test("a start that finds no index, or one of an earlier version, deletes nothing before its time")
    func withoutIndexes() throws {
        let broker = try broker()
        try fill(broker, 200, timestamp: 5)
        broker.shutDown()
        for name in broker.files.fileNames where name.hasSuffix(".index") { try broker.files.delete(name) }
        try broker.restart()
        maintain(broker)
        #expect(start(broker) == 0)
        maintain(broker, after: Self.day)
        #expect(start(broker) == 200)
    }

    @Test("leaves what a declared reader has not read, says so once, and takes it when it is read")
    func declaredReaders() throws {
        let broker = try broker(readers: ["payments", "fraud"])
        try fill(broker, 200)
        commit(broker, "fraud", 200)
        commit(broker, "payments", 90)
        for _ in 0..<3 { maintain(broker, after: Self.day) }
        let kept = try #require(start(broker))
        #expect(kept > 0 && kept <= 90)
        let said = broker.warnings.filter { $0.contains("t-0 keeps its offsets 90 to 199") && $0.contains("payments") }
        #expect(said.count == 1)
        try broker.restart()
        maintain(broker)
        #expect(start(broker) == kept)
        commit(broker, "payments", 200)
        maintain(broker, after: 2 * Self.day)
        #expect(start(broker) == 200)
        #expect(!broker.warnings.contains { $0.hasPrefix("records are lost") })
    }

    @Test("a reader that never committed has everything before it")
    func newReader() throws {
        let broker = try broker(readers: ["payments"])
        try fill(broker, 100)
        maintain(broker, after: 2 * Self.day)
        #expect(start(broker) == 0)
    }

    @Test("a size forces what is unread out, oldest first, and says what is lost for whom")
    func forced() throws {
        let broker = try broker(readers: ["payments"], unreadBytes: 40_000)
        try fill(broker, 300)
        commit(broker, "payments", 10)
        maintain(broker, after: 2 * Self.day)
        let log = try #require(broker.core.topics["t"]?.partitions[0])
        let kept = try #require(start(broker))
        #expect(kept > 10 && log.size <= 40_000 && log.size > 40_000 - 16_384)
        let lost = broker.warnings.filter { $0.hasPrefix("records are lost: t-0") }
        #expect(lost.count == 1 && lost[0].contains("offsets 10 to \(kept - 1)") && lost[0].contains("payments"))
    }

    @Test("by size leaves what is unread as well")
    func bySize() throws {
        var settings = CoreHarness.smallSettings
        settings.maintenanceIntervalMilliseconds = 1000
        settings.declaredReaders = ["t": ["payments"]]
        let broker = try CoreHarness(settings: settings)
        _ = broker.createTopic("t", configs: ["retention.bytes": "20000"])
        try fill(broker, 300)
        maintain(broker)
        #expect(start(broker) == 0)
        commit(broker, "payments", 300)
        maintain(broker)
        #expect(try #require(start(broker)) > 200)
    }

    @Test("an admin's deletion is carried out, and said with what had not been read")
    func deleteRecords() throws {
        let broker = try broker(readers: ["payments"])
        try fill(broker, 20)
        let request = DeleteRecordsRequest(topics: [
            .init(name: "t", partitions: [.init(partitionIndex: 0, offset: 15)])
        ])
        _ = broker.send(request)
        broker.settle()
        #expect(start(broker) == 15)
        #expect(
            broker.warnings.contains { $0.contains("t-0: the offsets 0 to 14 are deleted") && $0.contains("payments") })
    }

    @Test("a marker behind the last record is nothing unread, yet no reader's position is cut away because of it")
    func markers() throws {
        let broker = try broker(readers: ["payments"])
        let producer = try #require(broker.initialize("id"))
        _ = broker.addPartitions("id", producer, "t", [0])
        broker.produce(
            "t", 0, try Batches.make(["a"], producer: producer, sequence: 0, transactional: true), transactionalID: "id"
        )
        _ = broker.end("id", producer, commit: true)
        commit(broker, "payments", 1)
        maintain(broker, after: 2 * Self.day)
        #expect(broker.fetch("t", from: 1)?.errorCode == ErrorCode.none)
        commit(broker, "payments", 2)
        maintain(broker)
        #expect(start(broker) == 2)
        #expect(broker.warnings.isEmpty)
    }

    @Test("what a declared reader has committed does not expire")
    func committedOffsets() throws {
        let broker = try broker(readers: ["payments"])
        try fill(broker, 10)
        commit(broker, "payments", 10)
        commit(broker, "other", 10)
        for _ in 0..<10 { maintain(broker, after: Self.day) }
        #expect(broker.committedOffset(group: "payments", "t") == 10)
        #expect(broker.committedOffset(group: "other", "t") == -1)
    }
}
