import NIOCore

/// One record of a batch. Its parts share the batch's (decompressed) storage.
struct Record: Hashable, Sendable {
    /// The record's offset less the batch's base offset.
    var offsetDelta: Int32
    /// The record's timestamp less the batch's base timestamp, in milliseconds.
    var timestampDelta: Int64
    var key: ByteBuffer?
    var value: ByteBuffer?
    /// The headers as encoded: count, then name and value of each.
    var headers: ByteBuffer
    /// The whole record with its length prefix, as it is in the batch.
    var raw: ByteBuffer
}

/// Reads the records of one batch in order.
struct RecordReader {
    private let payload: ByteBuffer
    private let count: Int
    private var index = 0
    private var position = 0

    /// `payload` is decompressed and must hold exactly `count` records.
    init(payload: ByteBuffer, count: Int) {
        self.payload = payload
        self.count = count
    }

    /// The next record, nil after the last. Throws at the first one that is malformed, and at bytes after the last.
    mutating func next() throws(RecordError) -> Record? {
        guard index < count else {
            guard position == payload.readableBytes else { throw .malformedRecord(index: index) }
            return nil
        }
        let layout = payload.withUnsafeReadableBytes { RecordLayout($0, at: position) }
        guard let layout else { throw .malformedRecord(index: index) }
        index += 1
        position = layout.end
        return Record(
            offsetDelta: layout.offsetDelta, timestampDelta: layout.timestampDelta, key: layout.key.map(slice),
            value: layout.value.map(slice), headers: slice(layout.headers..<layout.end),
            raw: slice(layout.start..<layout.end))
    }

    /// Walks all records without handing them out: each well formed, offset deltas counting up from 0, nothing after
    /// the last. Throws like ``next()``.
    func checkAll(requiringKeys: Bool = false) throws(RecordError) {
        var hasAllKeys = true
        let malformed: Int? = payload.withUnsafeReadableBytes { bytes in
            var position = 0
            for index in 0..<count {
                guard let layout = RecordLayout(bytes, at: position), Int(layout.offsetDelta) == index else { return index }
                if layout.key == nil { hasAllKeys = false }
                position = layout.end
            }
            return position == bytes.count ? nil : count
        }
        if let malformed { throw .malformedRecord(index: malformed) }
        if requiringKeys, !hasAllKeys { throw .missingKey }
    }

    private func slice(_ range: Range<Int>) -> ByteBuffer {
        payload.getSlice(at: payload.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}

extension RecordBatch {
    /// The records, decompressed if need be.
    func records(maximumDecompressedBytes: Int) throws(RecordError) -> RecordReader {
        guard let compression = header.attributes.compression else {
            throw .unknownCompression(header.attributes.compressionCode)
        }
        guard header.recordCount >= 0 else {
            throw .inconsistentCount(records: header.recordCount, lastOffsetDelta: header.lastOffsetDelta)
        }
        let payload = try compression.decompress(payload, limit: maximumDecompressedBytes)
        return RecordReader(payload: payload, count: Int(header.recordCount))
    }

    func offset(of record: Record) -> Int64 { header.baseOffset &+ Int64(record.offsetDelta) }

    /// Milliseconds since 1970; with log append time all records of a batch have the batch's.
    func timestamp(of record: Record) -> Int64 {
        header.attributes.timestampType == .logAppendTime
            ? header.maxTimestamp : header.baseTimestamp &+ record.timestampDelta
    }
}
