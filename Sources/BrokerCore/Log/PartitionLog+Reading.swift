import NIOCore

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

    /// Whether the batch that holds the offset is in memory.
    func hasInMemory(_ offset: Int64) -> Bool { !tail.isEmpty && tail[0].header.baseOffset <= offset }

    /// About how many bytes a reader could have, stopping to count at `atMost`.
    func bytesAvailable(from offset: Int64, to end: Int64, atMost: Int) -> Int {
        // What is not in memory is a lot, or old; either is reason enough to answer.
        guard hasInMemory(offset) else { return max(1, atMost) }
        var bytes = 0
        for index in tailIndices(from: offset) {
            guard bytes < atMost, tail[index].header.lastOffset < end else { break }
            bytes += tail[index].header.totalBytes
        }
        return bytes
    }

    /// Batches from memory, the first of them the one that holds the offset.
    func readTail(from offset: Int64, to end: Int64, limit: Int, atLeastOne: Bool) -> (ByteBuffer?, nextOffset: Int64) {
        let candidates = tailIndices(from: offset)
        var count = 0
        var bytes = 0
        for index in candidates {
            let batch = tail[index].header
            guard batch.lastOffset < end else { break }
            guard bytes + batch.totalBytes <= limit || (count == 0 && atLeastOne) else { break }
            bytes += batch.totalBytes
            count += 1
        }
        guard count > 0 else { return (nil, offset) }
        let last = tail[candidates.lowerBound + count - 1].header.nextOffset
        if count == 1 { return (tail[candidates.lowerBound].bytes, last) }
        var records = ByteBufferAllocator().buffer(capacity: bytes)
        for index in candidates.prefix(count) { records.writeImmutableBuffer(tail[index].bytes) }
        return (records, last)
    }
}
