import KafkaProtocol
import KafkaRecords
import NIOCore
import TestSupport
import Testing

@testable import KafkaClient

/// Record batches and group protocols of foreign clients, which this client has to write in the same bytes.
@Suite struct ForeignBatchTests {
    private static func frames(of api: API) -> [ForeignFrame] { ForeignFrame.all.filter { $0.key == api.key } }

    @Test(arguments: frames(of: ProduceRequest.api))
    func `The same records make the same batch`(_ frame: ForeignFrame) throws {
        let request = try readRequest(ProduceRequest.self, frame.bytes).body
        var records = try #require(request.topics.first?.partitions.first?.records)
        let batch = try #require(try RecordBatch.next(from: &records))
        try #require(records.readableBytes == 0)
        try batch.verifyChecksum()

        var buffer = BatchBuffer(capacity: 1)
        var reader = try batch.records(maximumDecompressedBytes: 1 << 20, strictly: true)
        while let record = try reader.next() { append(record, at: batch.timestamp(of: record), to: &buffer) }
        let (header, bytes) = buffer.finish(.none)
        let ours = ProducedBatch(
            place: .init(topic: 0, partition: 0), number: 1, header: header, bytes: bytes, reservedBytes: 0,
            createdAt: 0, tokens: [])
        let theirs = batch.header
        let stamp = ProducerStamp(
            producerID: theirs.producerID, epoch: theirs.producerEpoch, sequence: theirs.baseSequence)
        ours.seal(theirs.hasProducerID ? stamp : nil, isTransactional: theirs.attributes.isTransactional)
        // Without a producer id aiokafka and sarama write sequence 0, sarama also -1 for the newest timestamp.
        guard theirs.hasProducerID || theirs.baseSequence == -1 else {
            let size = RecordBatchHeader.size
            #expect(ours.bytes.readableBytesView.dropFirst(size) == batch.bytes.readableBytesView.dropFirst(size))
            return
        }
        // A broker writes the leader's epoch, so it is a client's choice. The checksum begins behind it.
        var (made, expected) = (ours.bytes, batch.bytes)
        made.setInteger(Int32(-1), at: made.readerIndex + RecordBatchHeader.Field.partitionLeaderEpoch)
        expected.setInteger(Int32(-1), at: expected.readerIndex + RecordBatchHeader.Field.partitionLeaderEpoch)
        #expect(made == expected)
    }

    private func append(_ record: Record, at timestamp: Int64, to buffer: inout BatchBuffer) {
        func pointer(_ field: ByteBuffer?, _ body: (UnsafeRawBufferPointer?) -> Void) {
            guard let field else { return body(nil) }
            field.withUnsafeReadableBytes { body($0) }
        }
        let headers = record.headers.withUnsafeReadableBytes { bytes in
            RecordLayout.headers(bytes, from: 0, to: bytes.count).map { RecordHeader(name: $0.name, value: $0.value) }
        }
        pointer(record.key) { key in
            pointer(record.value) { value in
                buffer.append(RecordView(key: key, value: value, timestamp: timestamp, headers: headers))
            }
        }
    }

    @Test(arguments: frames(of: JoinGroupRequest.api))
    func `A member's subscription is written again to the same bytes`(_ frame: ForeignFrame) throws {
        let request = try readRequest(JoinGroupRequest.self, frame.bytes).body
        #expect(request.protocolType == "consumer" && !request.protocols.isEmpty)
        for offered in request.protocols {
            let subscription = try ConsumerSubscription(decoding: offered.metadata)
            #expect(subscription.topics == ["golden"])
            let version: Int16 = try #require(offered.metadata.getInteger(at: offered.metadata.readerIndex))
            #expect(subscription.encoded(version: version) == offered.metadata, "\(offered.name)")
        }
    }

    @Test(arguments: frames(of: SyncGroupRequest.api))
    func `A leader's assignments are written again to the same bytes`(_ frame: ForeignFrame) throws {
        let request = try readRequest(SyncGroupRequest.self, frame.bytes).body
        for given in request.assignments {
            let assignment = try ConsumerAssignment(decoding: given.assignment)
            #expect(assignment.partitions == (0..<2).map { TopicPartition(topic: "golden", partition: $0) })
            let version: Int16 = try #require(given.assignment.getInteger(at: given.assignment.readerIndex))
            #expect(assignment.encoded(version: version) == given.assignment)
        }
    }
}
