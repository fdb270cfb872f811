import BrokerStorage
import NIOCore

/// Which logs wait for their batches to get into segment files.
struct Flushes {
    /// Logs with batches that are not in their segment files.
    var unflushed: Set<LogID> = []
    /// Logs whose flush failed and is tried again when their timer fires, not before: a full disk must not be asked all
    /// the time.
    var awaitingRetry: Set<LogID> = []
    /// A write has failed that is tried again, and none has succeeded since.
    private var isUnwritable = false

    mutating func forget(_ id: LogID) {
        unflushed.remove(id)
        awaitingRetry.remove(id)
    }

    /// A write has failed and is tried again. True the first time, until one succeeds.
    mutating func noteUnwritable() -> Bool {
        defer { isUnwritable = true }
        return !isUnwritable
    }

    /// A write has succeeded. True if the broker goes on and no other write waits to be tried again.
    mutating func noteWritable() -> Bool {
        guard isUnwritable, awaitingRetry.isEmpty else { return false }
        isUnwritable = false
        return true
    }
}

/// Batches of a log on their way to its segment files.
struct Flush {
    /// One write a segment.
    var steps: [StorageStep] = []
    var end: Int64
    var bytes = 0
}

extension PartitionLog {
    /// The durable batches that nobody has been asked to write yet, nil if there are none.
    func nextFlush() -> Flush? {
        guard !isFlushing, flushRequestedOffset < highWatermark else { return nil }
        var flush = Flush(end: flushRequestedOffset)
        var chunks: [ByteBuffer] = []
        var start = 0
        var segment: Int64 = -1
        func writeRun() {
            guard !chunks.isEmpty else { return }
            flush.steps.append(.write(file: SegmentName.log(segment, in: directory), offset: start, chunks: chunks))
        }
        for index in tailIndices(from: flushRequestedOffset) {
            let batch = tail[index]
            guard batch.header.lastOffset < highWatermark else { break }
            if batch.segmentBaseOffset != segment {
                writeRun()
                chunks = []
                segment = batch.segmentBaseOffset
                start = batch.position
            }
            chunks.append(batch.bytes)
            flush.bytes += batch.header.totalBytes
            flush.end = batch.header.nextOffset
        }
        writeRun()
        return flush.steps.isEmpty ? nil : flush
    }

    /// The batches in memory from the one that holds the offset on.
    func tailIndices(from offset: Int64) -> Range<Int> {
        var low = 0
        var high = tail.count
        while low < high {
            let middle = (low + high) / 2
            if tail[middle].header.lastOffset < offset { low = middle + 1 } else { high = middle }
        }
        return low..<tail.count
    }
}
