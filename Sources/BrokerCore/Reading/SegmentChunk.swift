import KafkaProtocol
import KafkaRecords
import NIOCore

/// What a piece of a segment file holds of what a reader wants.
struct SegmentChunk {
    var records: ByteBuffer?
    var nextOffset: Int64
    /// Where in the chunk the wanted batches end; without records, where to read on.
    var end: Int
    /// Without records: the size of the batch at ``end``, of which the chunk has only a part; 0 if it has nothing of
    /// it.
    var neededBytes = 0
    /// Whether there is nothing for this reader, wherever it reads on.
    var isOver = false
    /// Whether that is so because the next batch lies at or beyond the end of what may be read.
    var isGap = false

    static func scan(
        _ chunk: ByteBuffer, from offset: Int64, to end: Int64, limit: Int, atLeastOne: Bool
    ) throws(RecordError) -> SegmentChunk {
        var rest = chunk
        var start: Int?
        var position = 0
        var next = offset
        var bytes = 0
        scanning: while true {
            let before = rest
            guard let batch = try RecordBatch.next(from: &rest) else {
                if start == nil {
                    return SegmentChunk(nextOffset: next, end: position, neededBytes: neededBytes(before))
                }
                break scanning
            }
            let total = batch.header.totalBytes
            // Batches without records, which compaction used to leave behind, are left out: many clients cannot read
            // them.
            let isEmpty = batch.header.recordCount == 0
            if isEmpty, start != nil { break scanning }
            if batch.header.lastOffset >= offset, !isEmpty {
                let isReadable = batch.header.lastOffset < end
                let fits = bytes + total <= limit || (start == nil && atLeastOne)
                guard isReadable, fits else {
                    if start == nil {
                        return SegmentChunk(nextOffset: next, end: position, isOver: true, isGap: !isReadable)
                    }
                    break scanning
                }
                try batch.verifyChecksum()
                if start == nil { start = position }
                bytes += total
                next = batch.header.nextOffset
            }
            position += total
        }
        let from = start ?? 0
        return SegmentChunk(
            records: chunk.getSlice(at: chunk.readerIndex + from, length: bytes), nextOffset: next, end: from + bytes)
    }

    private static func neededBytes(_ partial: ByteBuffer) -> Int {
        guard partial.readableBytes > 0 else { return 0 }
        guard partial.readableBytes >= RecordBatchHeader.size else { return RecordBatchHeader.size }
        return partial.withUnsafeReadableBytes { RecordBatchHeader(unchecked: $0).totalBytes }
    }
}
