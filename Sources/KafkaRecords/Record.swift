import NIOCore

/// One record of a batch. Its parts share the batch's (decompressed) storage.
package struct Record: Hashable, Sendable {
    /// The record's offset less the batch's base offset.
    package var offsetDelta: Int32
    /// The record's timestamp less the batch's base timestamp, in milliseconds.
    package var timestampDelta: Int64
    package var key: ByteBuffer?
    package var value: ByteBuffer?
    /// The headers as encoded: count, then name and value of each.
    package var headers: ByteBuffer
    /// The whole record with its length prefix, as it is in the batch.
    package var raw: ByteBuffer
}

/// Reads the records of one batch in order.
package struct RecordReader {
    private let payload: ByteBuffer
    private let count: Int
    private var index = 0
    private var position = 0

    /// `payload` is decompressed and must hold exactly `count` records.
    package init(payload: ByteBuffer, count: Int) {
        self.payload = payload
        self.count = count
    }

    /// The next record, nil after the last. Throws at the first one that is malformed, and at bytes after the last.
    package mutating func next() throws(RecordError) -> Record? {
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

    /// How many of the records at fault an answer names.
    private static let namedRecords = 100

    /// Walks all records without handing them out: each well formed, offset deltas counting up from 0, header names
    /// text, nothing after the last. Throws like ``next()``.
    ///
    /// - Returns: the greatest timestamp, -1 if no record has one.
    package func checkAll(baseTimestamp: Int64, requiringKeys: Bool = false) throws(RecordError) -> Int64 {
        var keyless: [Int] = []
        var maxTimestamp: Int64 = -1
        let problem: RecordError? = payload.withUnsafeReadableBytes { bytes in
            var position = 0
            for index in 0..<count {
                guard let layout = RecordLayout(bytes, at: position), Int(layout.offsetDelta) == index,
                    layout.hasReadableHeaders(bytes)
                else { return .malformedRecord(index: index) }
                if layout.key == nil, requiringKeys, keyless.count < Self.namedRecords { keyless.append(index) }
                let (timestamp, overflows) = baseTimestamp.addingReportingOverflow(layout.timestampDelta)
                if overflows { return .impossibleTimestamp(index: index) }
                maxTimestamp = max(maxTimestamp, timestamp)
                position = layout.end
            }
            return position == bytes.count ? nil : .bytesAfterRecords(bytes.count - position)
        }
        if let problem { throw problem }
        if !keyless.isEmpty { throw .missingKey(indexes: keyless) }
        return maxTimestamp
    }

    private func slice(_ range: Range<Int>) -> ByteBuffer {
        payload.getSlice(at: payload.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}

extension RecordBatch {
    /// The records, decompressed if need be; `strictly` as for ``Compression/decompress(_:limit:strictly:)``.
    package func records(maximumDecompressedBytes: Int, strictly: Bool = false) throws(RecordError) -> RecordReader {
        guard let compression = header.attributes.compression else {
            throw .unknownCompression(header.attributes.compressionCode)
        }
        guard header.recordCount >= 0 else {
            throw .inconsistentCount(records: header.recordCount, lastOffsetDelta: header.lastOffsetDelta)
        }
        let payload = try compression.decompress(payload, limit: maximumDecompressedBytes, strictly: strictly)
        return RecordReader(payload: payload, count: Int(header.recordCount))
    }

    package func offset(of record: Record) -> Int64 { header.baseOffset &+ Int64(record.offsetDelta) }

    /// Milliseconds since 1970; with log append time all records of a batch have the batch's.
    package func timestamp(of record: Record) -> Int64 {
        header.attributes.timestampType == .logAppendTime
            ? header.maxTimestamp : header.baseTimestamp &+ record.timestampDelta
    }
}
