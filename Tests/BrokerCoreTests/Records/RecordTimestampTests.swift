import NIOCore
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite("Timestamps of produced batches")
struct RecordTimestampTests {
    private func batch(
        base: Int64 = 1_000, deltas: [Int64], maxTimestamp: Int64, compression: Compression = .none,
        attributes: (inout RecordAttributes) -> Void = { _ in }
    ) throws -> ByteBuffer {
        var header = RecordBatchHeader()
        header.attributes = RecordAttributes(compression: compression)
        attributes(&header.attributes)
        header.baseTimestamp = base
        var builder = RecordBatchBuilder(header: header)
        for (index, delta) in deltas.enumerated() {
            builder.append(offset: Int64(index), timestamp: base &+ delta, key: nil, value: ByteBuffer(string: "v"))
        }
        return try builder.finish(maxTimestamp: maxTimestamp).bytes
    }

    @Test(
        "the greatest timestamp is the records', whatever the header says", arguments: Compression.allCases,
        [-1, 0, 999, 9_999_999] as [Int64])
    func maxTimestamp(compression: Compression, claimed: Int64) throws {
        let bytes = try batch(deltas: [0, 700, -50], maxTimestamp: claimed, compression: compression)
        let produced = try RecordBatch.produced(bytes, limits: ProduceLimits())
        #expect(produced.header.maxTimestamp == 1_700)
        try produced.verifyChecksum()
        var copy = produced.bytes
        #expect(try RecordBatch.next(from: &copy) == produced)
        // What was sent is not touched.
        #expect(bytes.getInteger(at: RecordBatchHeader.Field.maxTimestamp, as: Int64.self) == claimed)
    }

    @Test("records without timestamps have none")
    func none() throws {
        let produced = try RecordBatch.produced(
            try batch(base: -1, deltas: [0, 0], maxTimestamp: -1), limits: ProduceLimits())
        #expect(produced.header.maxTimestamp == -1)
    }

    @Test("flags that are the broker's to set are taken off, or refused where the broker sets them")
    func flags() throws {
        let bytes = try batch(deltas: [0, 5], maxTimestamp: 7) { attributes in
            attributes.timestampType = .logAppendTime
            attributes.hasDeleteHorizon = true
        }
        let produced = try RecordBatch.produced(bytes, limits: ProduceLimits())
        #expect(produced.header.attributes == RecordAttributes() && produced.header.maxTimestamp == 1_005)
        try produced.verifyChecksum()
        let error = #expect(throws: RecordError.brokersTimestampType) {
            try RecordBatch.produced(bytes, limits: ProduceLimits(usesLogAppendTime: true))
        }
        #expect(error?.errorCode == .invalidTimestamp)
    }

    @Test("a timestamp beyond 64 bits is refused, with its record")
    func overflow() throws {
        var header = RecordBatchHeader()
        header.baseTimestamp = .max - 5
        var builder = RecordBatchBuilder(header: header)
        builder.append(offset: 0, timestamp: .max - 5, key: nil, value: nil)
        builder.append(offset: 1, timestamp: .min + 5, key: nil, value: nil)
        let error = #expect(throws: RecordError.impossibleTimestamp(index: 1)) {
            try RecordBatch.produced(try builder.finish().bytes, limits: ProduceLimits())
        }
        #expect(error?.recordIndexes == [1])
    }

    @Test("all records without a key are named on a compacted topic")
    func keys() throws {
        let bytes = try Batches.make(["a", "b", "c"], keys: [nil, "k", nil])
        let error = #expect(throws: RecordError.missingKey(indexes: [0, 2])) {
            try RecordBatch.produced(bytes, limits: ProduceLimits(requiresKeys: true))
        }
        #expect(error?.recordIndexes == [0, 2] && error?.errorCode == .invalidRecord)
    }
}
