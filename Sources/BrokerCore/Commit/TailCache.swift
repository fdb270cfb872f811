import DequeModule
import NIOCore

/// The batches in memory, of all logs together: what has to be flushed or may be forgotten next.
struct TailCache {
    /// Which log each batch belongs to, oldest first.
    private var order: Deque<LogID> = []
    private(set) var bytes = 0

    /// Keeps a batch that goes out with the next commit.
    mutating func keep(_ placed: JournalFrameBuilder.Placed, _ bytes: ByteBuffer) {
        placed.log.keep(
            placed.header, position: placed.position, segmentBaseOffset: placed.segmentBaseOffset, bytes: bytes)
        self.bytes += placed.header.totalBytes + PartitionLog.tailOverhead
        order.append(placed.log.id)
    }

    /// Forgets the oldest batches while there are more bytes than `most`.
    ///
    /// - Returns: the log that has to be flushed before more can be forgotten.
    mutating func trim(to most: Int, _ logs: [LogID: PartitionLog]) -> PartitionLog? {
        while bytes > most, let id = order.first {
            // A log that was deleted had its bytes taken off then.
            if let log = logs[id], let oldest = log.tail.first {
                guard oldest.header.lastOffset < log.flushedOffset else { return log }
                bytes -= log.forgetOldest()
            }
            order.removeFirst()
        }
        return nil
    }

    /// Forgets batches that compaction may have replaced; all of them are in files.
    mutating func drop(_ log: PartitionLog, before offset: Int64) {
        while let first = log.tail.first, first.header.baseOffset < offset { bytes -= log.forgetOldest() }
    }

    /// Forgets all of a deleted log.
    mutating func drop(_ log: PartitionLog) {
        bytes -= log.tailBytes
        log.tail.removeAll()
        log.tailBytes = 0
    }
}

extension PartitionLog {
    /// Forgets the oldest batch in memory and returns what it cost.
    fileprivate func forgetOldest() -> Int {
        let cost = tail.removeFirst().header.totalBytes + Self.tailOverhead
        tailBytes -= cost
        return cost
    }
}
