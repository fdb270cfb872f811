import NIOCore
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite struct RecordBatchTests {
    static let limits = ProduceLimits()

    /// Every record of a batch, for comparison.
    static func records(_ batch: RecordBatch) throws -> [Record] {
        var reader = try batch.records(maximumDecompressedBytes: 1 << 20)
        var records: [Record] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    @Test("Batches of real clients are accepted, and their records read back", arguments: GoldenBatch.all)
    func golden(batch: GoldenBatch) throws {
        let produced = try RecordBatch.produced(batch.bytes, limits: Self.limits)
        #expect(produced.header.attributes.compression == batch.compression)
        #expect(produced.header.recordCount == 3)
        #expect(produced.header.lastOffset == 2 && produced.header.nextOffset == 3)
        #expect(produced.header.maxTimestamp == 1_705_314_600_005)
        let records = try Self.records(produced)
        #expect(records.map(\.key) == [ByteBuffer(string: "42"), nil, ByteBuffer(string: "k")])
        let order = String(repeating: #"{"order_id":42}"#, count: 3)
        #expect(
            records.map(\.value)
                == [ByteBuffer(string: order), ByteBuffer(string: String(repeating: "x", count: 40)), nil])
        #expect(
            records.map(produced.timestamp(of:)) == [1_705_314_600_000, 1_705_314_600_005, 1_705_314_599_990])
        #expect(records.map(\.headers.readableBytes) == [18, 1, 1])
    }

    @Test("The producer's identity is read from the header")
    func producer() throws {
        let header = try RecordBatch.produced(GoldenBatch.all[0].bytes, limits: Self.limits).header
        #expect(header.producerID == 4242 && header.producerEpoch == 7 && header.baseSequence == 11)
        #expect(header.lastSequence == 13 && header.attributes.isTransactional)
    }

    @Test("Sequence numbers wrap around behind Int32.max")
    func sequenceWrap() {
        var header = RecordBatchHeader()
        header.baseSequence = .max - 1
        header.lastOffsetDelta = 3
        #expect(header.lastSequence == 1)
    }

    @Test("Message formats 0 and 1 are refused by their name")
    func outdated() {
        for (magic, bytes) in GoldenBatch.outdated {
            #expect(throws: RecordError.unsupportedMagic(magic)) {
                try RecordBatch.produced(bytes, limits: Self.limits)
            }
        }
        #expect(RecordError.unsupportedMagic(1).errorCode == .invalidRecord)
    }

    @Test("Any flipped bit behind the leader epoch is found", arguments: GoldenBatch.all)
    func bitFlips(batch: GoldenBatch) throws {
        for index in RecordBatchHeader.Field.magic..<batch.bytes.readableBytes {
            var bytes = batch.bytes
            let byte = try #require(bytes.getInteger(at: index, as: UInt8.self))
            bytes.setInteger(byte ^ 1 << UInt8(index % 8), at: index)
            #expect(throws: RecordError.self) { try RecordBatch.produced(bytes, limits: Self.limits) }
        }
    }

    @Test("A batch that is cut short or followed by anything is refused", arguments: GoldenBatch.all)
    func framing(batch: GoldenBatch) throws {
        for length in 0..<batch.bytes.readableBytes {
            let cut = batch.bytes.getSlice(at: 0, length: length)
            #expect(throws: RecordError.self) { try RecordBatch.produced(cut, limits: Self.limits) }
        }
        var twice = batch.bytes
        twice.writeImmutableBuffer(batch.bytes)
        #expect(throws: RecordError.notOneBatch) { try RecordBatch.produced(twice, limits: Self.limits) }
        #expect(throws: RecordError.notOneBatch) { try RecordBatch.produced(nil, limits: Self.limits) }
    }

    /// Changes a header, makes the checksum right again and produces it.
    func produceChanged(_ change: (inout RecordBatchHeader) -> Void) throws -> RecordBatch {
        var bytes = GoldenBatch.all[0].bytes
        var header = bytes.withUnsafeReadableBytes { RecordBatchHeader(unchecked: $0) }
        change(&header)
        var front = ByteBuffer()
        header.write(to: &front)
        bytes.setBuffer(front, at: 0)
        header.checksum = bytes.withUnsafeReadableBytes { RecordBatch.computeChecksum($0) }
        bytes.setInteger(header.checksum, at: RecordBatchHeader.Field.checksum)
        return try RecordBatch.produced(bytes, limits: Self.limits)
    }

    @Test("A header that contradicts itself or its records is refused")
    func inconsistentHeaders() throws {
        _ = try produceChanged { _ in }
        #expect(throws: RecordError.inconsistentCount(records: 3, lastOffsetDelta: 5)) {
            try produceChanged { $0.lastOffsetDelta = 5 }
        }
        #expect(throws: RecordError.inconsistentCount(records: 0, lastOffsetDelta: -1)) {
            try produceChanged { ($0.recordCount, $0.lastOffsetDelta) = (0, -1) }
        }
        #expect(throws: RecordError.bytesAfterRecords(8)) {
            try produceChanged { ($0.recordCount, $0.lastOffsetDelta) = (2, 1) }
        }
        #expect(throws: RecordError.malformedRecord(index: 3)) {
            try produceChanged { ($0.recordCount, $0.lastOffsetDelta) = (4, 3) }
        }
        #expect(throws: RecordError.controlBatch) {
            try produceChanged { $0.attributes = RecordAttributes(isTransactional: true, isControl: true) }
        }
        #expect(throws: RecordError.unknownCompression(7)) {
            try produceChanged { $0.attributes.rawValue = 7 }
        }
        #expect(throws: RecordError.inconsistentProducer) { try produceChanged { $0.producerID = -1 } }
        #expect(throws: RecordError.inconsistentProducer) { try produceChanged { $0.baseSequence = -1 } }
        #expect(throws: RecordError.impossibleLength(3)) { try produceChanged { $0.batchLength = 3 } }
        #expect(throws: RecordError.impossibleLength(.min)) { try produceChanged { $0.batchLength = .min } }
    }

    @Test("A batch above the size limit is refused")
    func tooLarge() {
        let limits = ProduceLimits(maximumBatchBytes: 100)
        #expect(throws: RecordError.batchTooLarge(bytes: 188, limit: 100)) {
            try RecordBatch.produced(GoldenBatch.all[0].bytes, limits: limits)
        }
    }

    @Test("Log append time counts for every record of a batch")
    func logAppendTime() throws {
        var batch = try RecordBatch.produced(GoldenBatch.all[0].bytes, limits: Self.limits)
        batch.setLogAppendTime(1_800_000_000_000)
        try batch.verifyChecksum()
        var bytes = batch.bytes
        let again = try #require(try RecordBatch.next(from: &bytes))
        #expect(try Self.records(again).map(again.timestamp(of:)) == Array(repeating: 1_800_000_000_000, count: 3))
        // The bytes it came from are another's and stay as they were.
        #expect(
            try RecordBatch.produced(GoldenBatch.all[0].bytes, limits: Self.limits).header.maxTimestamp
                < 1_800_000_000_000)
    }

    @Test("A log's bytes split into batches, and a torn tail is left over")
    func splitting() throws {
        var log = ByteBuffer()
        for batch in GoldenBatch.all { log.writeImmutableBuffer(batch.bytes) }
        log.writeBytes(GoldenBatch.all[1].bytes.readableBytesView.prefix(70))
        var count = 0
        while let batch = try RecordBatch.next(from: &log) {
            #expect(batch.bytes == GoldenBatch.all[count].bytes)
            count += 1
        }
        #expect(count == GoldenBatch.all.count && log.readableBytes == 70)
    }
}
