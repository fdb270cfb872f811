import KafkaProtocol
import NIOCore

/// Builds a batch that the broker itself writes: internal records, control records, compaction's output.
///
/// Offsets may have gaps, but must go up; the caller gives them.
package struct RecordBatchBuilder {
    private var header: RecordBatchHeader
    private var records = ByteBuffer()

    /// `header` gives all that is not counted here: base offset, leader epoch, attributes, base timestamp, producer.
    package init(header: RecordBatchHeader) {
        self.header = header
        self.header.recordCount = 0
        self.header.lastOffsetDelta = 0
        self.header.maxTimestamp = -1
    }

    package var isEmpty: Bool { header.recordCount == 0 }

    /// Appends a record. `offset` lies at most Int32.max above the base offset; `headers` are as encoded, with their
    /// count.
    package mutating func append(
        offset: Int64, timestamp: Int64, key: ByteBuffer?, value: ByteBuffer?, headers: ByteBuffer? = nil
    ) {
        if isEmpty, header.baseTimestamp < 0 { header.baseTimestamp = timestamp }
        var body = WireWriter(
            capacity: 32 + (key?.readableBytes ?? 0) + (value?.readableBytes ?? 0) + (headers?.readableBytes ?? 0))
        body.int8(0)
        body.varlong(timestamp &- header.baseTimestamp)
        body.varint(Int32(offset - header.baseOffset))
        body.recordField(key)
        body.recordField(value)
        if let headers { body.raw(headers) } else { body.varint(0) }
        var prefix = WireWriter(capacity: 5)
        prefix.varint(Int32(body.count))
        for chunk in prefix.finish() + body.finish() { records.writeImmutableBuffer(chunk) }
        count(offsetDelta: Int32(offset - header.baseOffset), timestamp: timestamp)
    }

    /// Appends a record of another batch that has the same base offset and base timestamp, as it is.
    package mutating func append(copying record: Record) {
        records.writeImmutableBuffer(record.raw)
        count(offsetDelta: record.offsetDelta, timestamp: header.baseTimestamp &+ record.timestampDelta)
    }

    private mutating func count(offsetDelta: Int32, timestamp: Int64) {
        header.recordCount += 1
        header.lastOffsetDelta = max(header.lastOffsetDelta, offsetDelta)
        header.maxTimestamp = max(header.maxTimestamp, timestamp)
    }

    /// The finished batch.
    ///
    /// - Parameters:
    ///   - lastOffsetDelta: What the batch claims to reach to, where that is more than its last record (compaction
    ///     keeps a batch's range, so that fetching goes on behind it).
    ///   - maxTimestamp: Replaces the greatest of the records' timestamps.
    package func finish(lastOffsetDelta: Int32? = nil, maxTimestamp: Int64? = nil) throws(RecordError) -> RecordBatch {
        var header = header
        let payload = try (header.attributes.compression ?? .none).compress(records)
        header.batchLength = Int32(RecordBatchHeader.size - RecordBatchHeader.lengthOverhead + payload.readableBytes)
        if let lastOffsetDelta { header.lastOffsetDelta = max(header.lastOffsetDelta, lastOffsetDelta) }
        if let maxTimestamp { header.maxTimestamp = maxTimestamp }
        var bytes = ByteBufferAllocator().buffer(capacity: RecordBatchHeader.size + payload.readableBytes)
        header.write(to: &bytes)
        bytes.writeImmutableBuffer(payload)
        header.checksum = bytes.withUnsafeReadableBytes { RecordBatch.computeChecksum($0) }
        bytes.setInteger(header.checksum, at: bytes.readerIndex + RecordBatchHeader.Field.checksum)
        return RecordBatch(header: header, bytes: bytes)
    }
}

extension WireWriter {
    /// A key, value or header of a record: zigzag length, -1 for null.
    fileprivate mutating func recordField(_ value: ByteBuffer?) {
        varint(value.map { Int32($0.readableBytes) } ?? -1)
        if let value { raw(value) }
    }
}
