import KafkaProtocol
import NIOCore

/// What was read from a log's segments.
struct LogRead {
    /// Whole batches, the first of them the one that holds the offset asked for; nil if there was none to read.
    var records: ByteBuffer?
    /// The offset after them.
    var nextOffset: Int64
    /// Whether there is nothing at all from the offset asked for to the end: compaction has removed it.
    var isGap = false
}

/// Reading segments through the storage.
extension BrokerCore {
    /// Reads batches that are no longer in memory.
    ///
    /// - Parameters:
    ///   - end: batches that reach this offset are left out.
    ///   - limit: bytes; `atLeastOne` asks for the first batch even if it is larger.
    func read(
        _ log: PartitionLog, from offset: Int64, to end: Int64, limit: Int, atLeastOne: Bool,
        then continuation: @escaping (Result<LogRead, StorageError>) -> Void
    ) {
        // Meanwhile the records may have been deleted: there is nothing, and the next fetch is given the log's new
        // start.
        guard offset >= log.startOffset else {
            return continuation(.success(LogRead(records: nil, nextOffset: offset)))
        }
        let place = log.locate(offset)
        let baseOffset = log.segments[place.segment].baseOffset
        let available = log.fileBytes(ofSegment: place.segment) - place.position
        // An index points to somewhere before the batch, so a little more than the limit is read.
        let slack = place.isExact ? 0 : SegmentIndex.intervalBytes
        let count = min(available, max(limit, RecordBatchHeader.size) + slack)
        let file = SegmentName.log(baseOffset, in: log.directory)
        let restorations = log.restorations
        let layout = log.layout
        /// Remembers where to read on, unless compaction has put other segments in place meanwhile.
        func note(_ offset: Int64, _ position: Int) {
            guard log.layout == layout else { return }
            log.cursors.note(offset: offset, segmentBaseOffset: baseOffset, position: position)
        }
        perform(.files, [.read(file: file, offset: place.position, count: count)]) { [unowned self] completion in
            guard log.restorations == restorations, offset >= log.startOffset else {
                return read(log, from: offset, to: end, limit: limit, atLeastOne: atLeastOne, then: continuation)
            }
            if let error = completion.error { return continuation(.failure(error)) }
            func damaged(_ detail: String) {
                continuation(
                    .failure(StorageError(code: .corrupt, file: file, detail: "near byte \(place.position): \(detail)"))
                )
            }
            guard completion.read[0].readableBytes == count else { return damaged("the file is too short") }
            let scan: SegmentChunk
            do {
                scan = try SegmentChunk.scan(
                    completion.read[0], from: offset, to: end, limit: limit, atLeastOne: atLeastOne)
            } catch {
                return damaged("\(error)")
            }
            if let records = scan.records {
                note(scan.nextOffset, place.position + scan.end)
                return continuation(.success(LogRead(records: records, nextOffset: scan.nextOffset)))
            }
            if scan.isOver {
                return continuation(.success(LogRead(records: nil, nextOffset: offset, isGap: scan.isGap)))
            }
            if count < available {
                // Only batches before the offset, or the first one is larger than what was read: read on there.
                guard atLeastOne || scan.neededBytes <= limit else {
                    return continuation(.success(LogRead(records: nil, nextOffset: offset)))
                }
                note(offset, place.position + scan.end)
                return read(
                    log, from: offset, to: end, limit: max(limit, scan.neededBytes), atLeastOne: atLeastOne,
                    then: continuation)
            }
            guard scan.neededBytes == 0 else {
                return damaged("the file ends within a batch")
            }
            // Meanwhile other segments may have taken the place of this one, or batches may have come from memory into
            // its file.
            guard log.layout == layout, log.fileBytes(ofSegmentAt: baseOffset) == place.position + available else {
                return read(log, from: offset, to: end, limit: limit, atLeastOne: atLeastOne, then: continuation)
            }
            // A compacted segment may end before the offset: the next one goes on, or what is in memory.
            guard let next = log.firstOffset(after: baseOffset, from: offset), next < end else {
                return continuation(.success(LogRead(records: nil, nextOffset: offset, isGap: true)))
            }
            readOrTail(log, from: next, to: end, limit: limit, atLeastOne: atLeastOne, then: continuation)
        }
    }

    private func readOrTail(
        _ log: PartitionLog, from offset: Int64, to end: Int64, limit: Int, atLeastOne: Bool,
        then continuation: @escaping (Result<LogRead, StorageError>) -> Void
    ) {
        if let first = log.tail.first, first.header.baseOffset <= offset {
            let (records, next) = log.readTail(from: offset, to: end, limit: limit, atLeastOne: atLeastOne)
            let isGap = log.tailIndices(from: offset).first.map { log.tail[$0].header.lastOffset >= end } ?? true
            return continuation(.success(LogRead(records: records, nextOffset: next, isGap: isGap)))
        }
        read(log, from: offset, to: end, limit: limit, atLeastOne: atLeastOne, then: continuation)
    }
}

extension PartitionLog {
    /// Where in the segment files to look for an offset.
    func locate(_ offset: Int64) -> (segment: Int, position: Int, isExact: Bool) {
        var index = segments.lastIndex { $0.baseOffset <= offset } ?? 0
        while index < segments.count - 1, segments[index].lastOffset < offset { index += 1 }
        let segment = segments[index]
        if let position = cursors.take(offset: offset, segmentBaseOffset: segment.baseOffset) {
            return (index, position, true)
        }
        return (index, segment.index.position(relativeOffset: offset - segment.baseOffset), false)
    }

    /// Where to read on from `offset` once the segment at `baseOffset` has no more in its file: at the next segment or,
    /// if that comes first, in memory; nil if there is nothing.
    func firstOffset(after baseOffset: Int64, from offset: Int64) -> Int64? {
        let next = segments.first { $0.baseOffset > baseOffset }?.baseOffset
        let kept = tail.first?.header.baseOffset
        guard let first = [next, kept].compactMap({ $0 }).min() else { return nil }
        return max(first, offset)
    }

    /// How much of the segment at this base offset is in its file, 0 if it is gone.
    func fileBytes(ofSegmentAt baseOffset: Int64) -> Int {
        segments.firstIndex { $0.baseOffset == baseOffset }.map(fileBytes) ?? 0
    }

    /// How much of a segment is in its file.
    func fileBytes(ofSegment index: Int) -> Int {
        let segment = segments[index]
        guard flushedOffset < nextOffset, segment.lastOffset >= flushedOffset else { return segment.size }
        // The first batch that is not in the file is in memory.
        for tailIndex in tailIndices(from: flushedOffset) where tail[tailIndex].segmentBaseOffset == segment.baseOffset
        {
            return tail[tailIndex].position
        }
        // Or it is only about to be: what was appended since the last commit was dispatched is nowhere but in the next.
        guard let unkept = firstUnkept, unkept.segmentBaseOffset <= segment.baseOffset else { return segment.size }
        return unkept.segmentBaseOffset == segment.baseOffset ? unkept.position : 0
    }
}

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
