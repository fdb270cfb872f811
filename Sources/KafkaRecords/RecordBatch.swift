import NIOCore

/// A view of one whole record batch: its header, read, and its bytes, which share the storage they came in.
package struct RecordBatch: Hashable, Sendable {
    package private(set) var header: RecordBatchHeader
    /// Exactly the batch.
    package private(set) var bytes: ByteBuffer

    /// The batch that starts `buffer`, which is taken from it. If what is left is no whole batch (an empty buffer, or a
    /// tail cut by a fetch limit or a crash), nil, and `buffer` is unchanged.
    ///
    /// Only framing and format are checked here; see ``verifyChecksum()``.
    package static func next(from buffer: inout ByteBuffer) throws(RecordError) -> RecordBatch? {
        guard buffer.readableBytes >= RecordBatchHeader.size else { return nil }
        let header = buffer.withUnsafeReadableBytes { RecordBatchHeader(unchecked: $0) }
        try header.checkFraming()
        guard let bytes = buffer.readSlice(length: header.totalBytes) else { return nil }
        return RecordBatch(header: header, bytes: bytes)
    }

    /// Throws ``RecordError/checksumMismatch(expected:actual:)`` if the bytes are not those that were written.
    package func verifyChecksum() throws(RecordError) {
        let actual = bytes.withUnsafeReadableBytes { Self.computeChecksum($0) }
        guard actual == header.checksum else {
            throw .checksumMismatch(expected: header.checksum, actual: actual)
        }
    }

    /// The checksum over a whole batch's bytes, from the attributes on.
    package static func computeChecksum(_ batch: UnsafeRawBufferPointer) -> UInt32 {
        CRC32C.checksum(UnsafeRawBufferPointer(rebasing: batch[RecordBatchHeader.Field.attributes...]))
    }

    /// The records as they are in the batch, compressed or not.
    package var payload: ByteBuffer {
        bytes.getSlice(
            at: bytes.readerIndex + RecordBatchHeader.size, length: bytes.readableBytes - RecordBatchHeader.size)
            ?? ByteBuffer()
    }
}

extension RecordBatchHeader {
    /// Whether this can be the header of a batch of format 2 at all.
    package func checkFraming() throws(RecordError) {
        // The magic byte is at the same place in all formats, so old ones are distinguished from garbage.
        guard magic == 2 else { throw .unsupportedMagic(magic) }
        guard totalBytes >= Self.size else { throw .impossibleLength(batchLength) }
    }
}

// MARK: What the broker sets

extension RecordBatch {
    /// Makes the batch one of log append time: `timestamp` (milliseconds since 1970) counts for all of its records.
    package mutating func setLogAppendTime(_ timestamp: Int64) {
        header.attributes.timestampType = .logAppendTime
        header.maxTimestamp = timestamp
        rewriteTimestamps()
    }

    /// Makes the batch one of create time, whose records' greatest timestamp is `maxTimestamp`, and no delete horizon
    /// is set.
    package mutating func setCreateTime(maxTimestamp: Int64) {
        var attributes = header.attributes
        attributes.timestampType = .createTime
        attributes.hasDeleteHorizon = false
        guard attributes != header.attributes || maxTimestamp != header.maxTimestamp else { return }
        header.attributes = attributes
        header.maxTimestamp = maxTimestamp
        rewriteTimestamps()
    }

    /// Writes what the header has of attributes and greatest timestamp into the bytes, and computes the checksum again.
    private mutating func rewriteTimestamps() {
        let start = bytes.readerIndex
        bytes.setInteger(header.attributes.rawValue, at: start + RecordBatchHeader.Field.attributes)
        bytes.setInteger(header.maxTimestamp, at: start + RecordBatchHeader.Field.maxTimestamp)
        header.checksum = bytes.withUnsafeReadableBytes { Self.computeChecksum($0) }
        bytes.setInteger(header.checksum, at: start + RecordBatchHeader.Field.checksum)
    }
}
