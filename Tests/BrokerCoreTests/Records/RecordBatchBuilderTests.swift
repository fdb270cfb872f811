import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite struct RecordBatchBuilderTests {
    @Test("What the broker builds reads back, sparse offsets included", arguments: Compression.allCases)
    func builds(compression: Compression) throws {
        var header = RecordBatchHeader()
        header.baseOffset = 100
        header.attributes = RecordAttributes(compression: compression)
        var builder = RecordBatchBuilder(header: header)
        builder.append(offset: 100, timestamp: 5_000, key: ByteBuffer(string: "a"), value: ByteBuffer(string: "1"))
        builder.append(offset: 107, timestamp: 4_000, key: nil, value: ByteBuffer(repeating: 7, count: 5_000))
        builder.append(offset: 109, timestamp: 6_000, key: ByteBuffer(string: "b"), value: nil)
        let batch = try builder.finish()
        try batch.verifyChecksum()
        var bytes = batch.bytes
        #expect(try RecordBatch.next(from: &bytes) == batch)
        let records = try RecordBatchTests.records(batch)
        #expect(records.map(batch.offset(of:)) == [100, 107, 109])
        #expect(records.map(batch.timestamp(of:)) == [5_000, 4_000, 6_000])
        #expect(records[1].value == ByteBuffer(repeating: 7, count: 5_000) && records[2].value == nil)
        #expect(batch.header.maxTimestamp == 6_000 && batch.header.nextOffset == 110)
    }

    @Test("Compaction keeps offsets, range and producer of a batch", arguments: GoldenBatch.all)
    func compaction(golden: GoldenBatch) throws {
        let batch = try RecordBatch.produced(golden.bytes, limits: RecordBatchTests.limits)
        let kept = try #require(
            try batch.filtered(maximumDecompressedBytes: 1 << 20, deleteHorizon: 9) { $0.offsetDelta == 1 })
        try kept.verifyChecksum()
        #expect(try RecordBatchTests.records(kept).map(kept.offset(of:)) == [1])
        #expect(kept.header.lastOffset == 2 && kept.header.producerID == batch.header.producerID)
        #expect(kept.header.attributes == batch.header.attributes)
        #expect(kept.header.lastSequence == batch.header.lastSequence)
        #expect(try batch.filtered(maximumDecompressedBytes: 1 << 20, deleteHorizon: 9) { _ in false } == nil)
        let hasTombstone = try RecordBatchTests.records(batch).contains { $0.key != nil && $0.value == nil }
        let whole = try batch.filtered(maximumDecompressedBytes: 1 << 20, deleteHorizon: 9) { _ in true }
        #expect((whole == batch) == !hasTombstone)
    }

    @Test(
        "A tombstone that compaction meets gets its delete horizon once, and all records keep their timestamps and headers"
    )
    func deleteHorizon() throws {
        var header = RecordBatchHeader()
        header.attributes = RecordAttributes(compression: .gzip)
        header.baseTimestamp = 1_000
        var builder = RecordBatchBuilder(header: header)
        let headers = ByteBuffer(bytes: [2, 2, 0x68, 1])
        builder.append(offset: 0, timestamp: 900, key: ByteBuffer(string: "a"), value: nil, headers: headers)
        builder.append(offset: 1, timestamp: 1_700, key: ByteBuffer(string: "b"), value: ByteBuffer(string: "v"))
        let batch = try builder.finish()
        #expect(batch.header.deleteHorizon == nil)
        let first = try #require(
            try batch.filtered(maximumDecompressedBytes: 1 << 20, deleteHorizon: 5_000_000) { _ in true })
        try first.verifyChecksum()
        #expect(first.header.deleteHorizon == 5_000_000 && first.header.maxTimestamp == 1_700)
        let records = try RecordBatchTests.records(first)
        #expect(
            records.map(first.timestamp(of:)) == [900, 1_700] && records[0].headers == headers
                && records[0].value == nil)
        let again = try first.filtered(maximumDecompressedBytes: 1 << 20, deleteHorizon: 9_000_000) { _ in true }
        #expect(again == first)
    }

    @Test("Transaction markers read back", arguments: [TransactionMarker.commit, .abort])
    func markers(marker: TransactionMarker) throws {
        let batch = try marker.batch(
            baseOffset: 9, leaderEpoch: 0, producerID: 77, producerEpoch: 2, coordinatorEpoch: 4, timestamp: 1_000)
        try batch.verifyChecksum()
        #expect(try TransactionMarker(batch) == marker)
        #expect(batch.header.producerID == 77 && batch.header.producerEpoch == 2 && batch.header.baseSequence == -1)
        let record = try #require(try RecordBatchTests.records(batch).first)
        #expect(record.key == ByteBuffer(hex: marker == .commit ? "00000001" : "00000000"))
        #expect(record.value == ByteBuffer(hex: "000000000004"))
        #expect(try TransactionMarker(RecordBatch.produced(GoldenBatch.all[0].bytes, limits: .init())) == nil)
    }
}
