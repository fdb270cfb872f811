import KafkaMock
import KafkaProtocol
import KafkaRecords
import NIOCore
import Testing

@testable import KafkaClient

/// librdkafka's mock cluster of three brokers: another implementation of the protocol, with faults on demand.
///
/// That of librdkafka 2.0.2 answers ApiVersions up to 2, Produce 7, Fetch 11, ListOffsets 5, Metadata 2, OffsetCommit 7,
/// OffsetFetch 5, FindCoordinator 2, JoinGroup 5, Heartbeat 3, LeaveGroup 1, SyncGroup 3, InitProducerId 4,
/// AddPartitionsToTxn, AddOffsetsToTxn and EndTxn 1, TxnOffsetCommit 2. So it is an old cluster: without leader epochs
/// of its metadata, and without versions that have tagged fields, but for those of InitProducerId.
///
/// What it does not do:
/// - It looks at no sequences, and appends whatever comes: ``SequenceCheck`` has the broker's rules.
/// - It writes no markers, so what an aborted transaction wrote is read like the rest.
/// - An injected error takes the place of what was asked for. Only a late answer is one that comes after the write.
/// - It makes no topics by CreateTopics, and answers neither DescribeGroups nor OffsetForLeaderEpoch.
/// - It refuses a member's SyncGroup that comes after the leader's, so a group has one member.
/// - It forgets the offsets of TxnOffsetCommit.
/// - Its ListOffsets of versions 4 and 5 has 8 bytes for an epoch of 4, so it is asked in version 3.
/// - It refuses ApiVersions 3 in a layout that is none, and writes null where the protocol has none, where it answers
///   an error. The client takes both.
struct MockKafka: BrokerOfTests {
    let mock = MockCluster(brokers: 3)
    let cluster: ClusterSettings
    var network: UnreliableNetwork? { nil }

    init(_ change: (inout ClusterSettings) -> Void = { _ in }) throws {
        var settings = ClusterSettings(bootstrapServers: try BrokerAddress.list(mock.bootstrapServers))
        settings.retryBackoffMilliseconds = 20
        settings.reconnectBackoffMaximumMilliseconds = 100
        change(&settings)
        cluster = settings
        mock.setVersions(API.listOffsets, 0...3)
    }

    /// Many small batches: a fault hits one of several that are on their way.
    func chattyProducer(_ change: (inout ProducerSettings) -> Void = { _ in }) async throws -> KafkaProducer {
        try await producer {
            $0.lingerMilliseconds = 0
            $0.batchBytes = 200
            change(&$0)
        }
    }

    // MARK: The log as it is

    /// A partition's batches, as they were written.
    func batches(of topic: String, _ partition: Int32) async throws -> [RecordBatch] {
        let handle = try await ClusterHandle(cluster, logger: LocalBroker.quiet)
        defer { handle.release() }
        let leader = try await leader(of: topic, partition)
        var (batches, next, end): ([RecordBatch], Int64, Int64) = ([], 0, .max)
        while next < end {
            try Task.checkCancellation()
            let found = try await fetch(topic, partition, from: next, leader, handle)
            try #require(found.errorCode == .none)
            end = found.highWatermark
            var bytes = found.records ?? ByteBuffer()
            while let batch = try RecordBatch.next(from: &bytes) {
                try batch.verifyChecksum()
                batches.append(batch)
                next = batch.header.nextOffset
            }
        }
        return batches
    }

    func leader(of topic: String, _ partition: Int32) async throws -> Int32 {
        let admin = try await admin()
        defer { admin.close() }
        let description = try await admin.describe(topics: [topic]).topics.first
        return try #require(description?.partitions.first { $0.index == partition }?.leader)
    }

    private func fetch(
        _ topic: String, _ partition: Int32, from offset: Int64, _ leader: Int32, _ handle: ClusterHandle
    ) async throws -> FetchResponse.Partition {
        let request = FetchRequest {
            $0.maxWaitMilliseconds = 100
            $0.topics = [
                FetchTopic {
                    $0.topic = topic
                    $0.partitions = [
                        .init {
                            $0.partition = partition
                            $0.fetchOffset = offset
                            $0.partitionMaxBytes = 1 << 20
                        }
                    ]
                }
            ]
        }
        let found: FetchResponse.Partition? = await withCheckedContinuation { continuation in
            handle.execute { cluster in
                cluster.send(request, to: .broker(leader), RequestOptions(clientID: "test")) { result in
                    // What failed is nothing that was found, which the caller refuses.
                    continuation.resume(returning: (try? result.get())?.body.topics.first?.partitions.first)
                }
            }
        }
        return try #require(found)
    }

    /// The values in a partition that a broker would have kept which looks at sequences, in order.
    func kept(of topic: String, _ partition: Int32) async throws -> [String] {
        var check = SequenceCheck()
        var values: [String] = []
        for batch in try await batches(of: topic, partition) where try check.keeps(batch.header) {
            values += try batch.values()
        }
        return values
    }
}

extension RecordBatch {
    /// The values of its records.
    func values() throws -> [String] {
        var reader = try records(maximumDecompressedBytes: 1 << 20, strictly: true)
        var values: [String] = []
        while let record = try reader.next() { values.append(record.value.map { String(buffer: $0) } ?? "") }
        return values
    }
}

/// What a broker does with a batch of an idempotent producer: it appends the next one, skips one that it has, and
/// refuses any other.
struct SequenceCheck {
    struct OutOfOrder: Error { let header: RecordBatchHeader }

    private struct Producer {
        var epoch: Int16
        var next: Int32 = 0
        /// The first sequences of the last five batches.
        var last: [Int32] = []
    }
    private var producers: [Int64: Producer] = [:]

    /// - Throws: ``OutOfOrder`` for what would have been refused, so that the client would not count it as written.
    mutating func keeps(_ header: RecordBatchHeader) throws(OutOfOrder) -> Bool {
        var producer = producers[header.producerID] ?? Producer(epoch: header.producerEpoch)
        if header.producerEpoch > producer.epoch { producer = Producer(epoch: header.producerEpoch) }
        guard header.producerEpoch == producer.epoch else { throw OutOfOrder(header: header) }
        if producer.last.contains(header.baseSequence) { return false }
        guard header.baseSequence == producer.next else { throw OutOfOrder(header: header) }
        producer.next += header.recordCount
        producer.last = producer.last.suffix(4) + [header.baseSequence]
        producers[header.producerID] = producer
        return true
    }
}
