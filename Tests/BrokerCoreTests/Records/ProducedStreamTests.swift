import NIOCore
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite("Streams that not all clients read alike")
struct ProducedStreamTests {
    /// A batch of two records whose compressed bytes are what `change` makes of them.
    private func batch(_ codec: Compression, _ change: (_ records: ByteBuffer) throws -> [ByteBuffer]) throws
        -> ByteBuffer
    {
        var plain = try Batches.make(["a", "b"])
        let next = try RecordBatch.next(from: &plain)
        let whole = try #require(next)
        var header = whole.header
        header.attributes = RecordAttributes(compression: codec)
        let parts = try change(whole.payload)
        let size = parts.reduce(0) { $0 + $1.readableBytes }
        header.batchLength = Int32(RecordBatchHeader.size - RecordBatchHeader.lengthOverhead + size)
        var bytes = ByteBuffer()
        header.write(to: &bytes)
        for part in parts { bytes.writeImmutableBuffer(part) }
        bytes.setInteger(
            bytes.withUnsafeReadableBytes { RecordBatch.computeChecksum($0) }, at: RecordBatchHeader.Field.checksum)
        return bytes
    }

    private func expectRefused(
        _ codec: Compression, _ bytes: ByteBuffer, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: RecordError.decompressionFailed(codec), sourceLocation: sourceLocation) {
            try RecordBatch.produced(bytes, limits: ProduceLimits())
        }
        #expect(error?.errorCode == .corruptMessage, sourceLocation: sourceLocation)
    }

    @Test("one stream is taken, two are not, whatever they hold", arguments: [Compression.gzip, .lz4, .zstd])
    func several(codec: Compression) throws {
        _ = try RecordBatch.produced(try batch(codec) { [try codec.compress($0)] }, limits: ProduceLimits())
        // What ended librdkafka's process: nothing, and then the records.
        expectRefused(codec, try batch(codec) { [try codec.compress(ByteBuffer()), try codec.compress($0)] })
        expectRefused(codec, try batch(codec) { [try codec.compress($0), try codec.compress(ByteBuffer())] })
        // What stopped a partition without a word: some of the records, and then the rest.
        expectRefused(
            codec,
            try batch(codec) { records in
                var rest = records
                let slice = rest.readSlice(length: records.readableBytes / 2)
                let first = try #require(slice)
                return [try codec.compress(first), try codec.compress(rest)]
            })
    }

    @Test(
        "bytes behind the stream are refused", arguments: [Compression.gzip, .lz4, .zstd, .snappy],
        ["\0", "\0\0\0\0\0\0\0\0", "more"])
    func behind(codec: Compression, more: String) throws {
        expectRefused(codec, try batch(codec) { [try codec.compress($0), ByteBuffer(string: more)] })
    }

    @Test("a batch that an earlier version took is still read in the log")
    func stored() throws {
        var bytes = try batch(.gzip) {
            [try Compression.gzip.compress(ByteBuffer()), try Compression.gzip.compress($0)]
        }
        let next = try RecordBatch.next(from: &bytes)
        let batch = try #require(next)
        #expect(try RecordBatchTests.records(batch).count == 2)
    }

    @Test("a header name that is no text is refused, with its record")
    func headerNames() throws {
        func batch(_ name: [UInt8]) throws -> ByteBuffer {
            var builder = RecordBatchBuilder(header: RecordBatchHeader())
            builder.append(offset: 0, timestamp: 1, key: nil, value: nil)
            let headers = ByteBuffer(bytes: [2, UInt8(name.count * 2)] + name + [1])
            builder.append(offset: 1, timestamp: 1, key: nil, value: nil, headers: headers)
            return try builder.finish().bytes
        }
        _ = try RecordBatch.produced(try batch(Array("näme".utf8)), limits: ProduceLimits())
        #expect(throws: RecordError.malformedRecord(index: 1)) {
            try RecordBatch.produced(try batch([0x6e, 0xff]), limits: ProduceLimits())
        }
    }
}
