import NIOCore

/// Batches on their way from memory to segment files, and out of memory.
///
/// The journal has made them durable before, so this is no hurry: several batches go in one write, without waiting for
/// the device.
extension BrokerCore {
    /// The log has durable batches that are not in its segment files.
    func noteUnflushed(_ log: PartitionLog) {
        if log.unflushedBytes >= settings.flushBytes || checkpoint != nil || isShuttingDown {
            flush(log)
        } else {
            // Also if other logs wait already: what was not durable when they were due has no timer any more.
            timers.setOnce(.flush, at: now.monotonic + settings.flushIntervalMilliseconds)
        }
        unflushedLogs.insert(log.id)
    }

    func flushAll() {
        // Sorted, since a set's order changes from run to run.
        for id in unflushedLogs.sorted() {
            if let log = logs[id] { flush(log) } else { unflushedLogs.remove(id) }
        }
    }

    /// Hands the log's durable batches to the storage, one write per segment.
    func flush(_ log: PartitionLog) {
        guard !log.isFlushing, !logsAwaitingRetry.contains(log.id), log.flushRequestedOffset < log.highWatermark else {
            return
        }
        var steps: [StorageStep] = []
        var chunks: [ByteBuffer] = []
        var bytes = 0
        var start = 0
        var segment: Int64 = -1
        func writeRun() {
            guard !chunks.isEmpty else { return }
            steps.append(
                .write(file: SegmentName.log(segment, in: log.directory), offset: start, chunks: chunks))
        }
        var end = log.flushRequestedOffset
        for index in log.tailIndices(from: log.flushRequestedOffset) {
            let batch = log.tail[index]
            guard batch.header.lastOffset < log.highWatermark else { break }
            if batch.segmentBaseOffset != segment {
                writeRun()
                chunks = []
                segment = batch.segmentBaseOffset
                start = batch.position
            }
            chunks.append(batch.bytes)
            bytes += batch.header.totalBytes
            end = batch.header.nextOffset
        }
        writeRun()
        guard !steps.isEmpty else { return }
        log.isFlushing = true
        log.flushRequestedOffset = end
        log.unflushedBytes -= bytes
        perform(.files, steps) { [unowned self] completion in
            flushed(log, through: end, bytes: bytes, error: completion.error)
        }
    }

    private func flushed(_ log: PartitionLog, through end: Int64, bytes: Int, error: StorageError?) {
        log.isFlushing = false
        guard logs[log.id] === log else { return }
        if let error {
            // The batches stay in memory and in the journal; only the room to go on is missing.
            noteUnwritable("a segment", error)
            logsAwaitingRetry.insert(log.id)
            log.flushRequestedOffset = log.flushedOffset
            log.unflushedBytes += bytes
            timers.set(.retryFlush(log.id), at: now.monotonic + 1000)
            return
        }
        log.flushedOffset = end
        noteWritable()
        if log.flushedOffset >= log.nextOffset { unflushedLogs.remove(log.id) }
        // Once one flush is done for want of memory or for a checkpoint, the next is due at once.
        if log.unflushedBytes >= settings.flushBytes || checkpoint != nil || isShuttingDown { flush(log) }
        advanceCheckpoint()
        trimTails()
        if log.unflushedBytes > 0, unflushedLogs.contains(log.id) {
            // A log that is flushed all the time must not put off the others.
            timers.setOnce(.flush, at: now.monotonic + settings.flushIntervalMilliseconds)
        }
        resumeStalledProduces()
    }

    /// A write has failed and is tried again: says so once, however many writes fail until one succeeds.
    func noteUnwritable(_ what: String, _ error: StorageError) {
        if isUnwritable { return }
        isUnwritable = true
        note(.error, "\(what) cannot be written, trying again each second: \(error)")
    }

    /// A write has succeeded: says once that the broker goes on, when no other waits to be tried again.
    func noteWritable() {
        guard isUnwritable, logsAwaitingRetry.isEmpty else { return }
        isUnwritable = false
        note(.notice, "the data directory can be written again")
    }

    /// Forgets the oldest batches in memory while there are too many.
    func trimTails() {
        while tailBytes > settings.tailCacheBytes, let id = tailOrder.first {
            guard let log = logs[id], let oldest = log.tail.first else {
                // The log was deleted, and its bytes were taken off then.
                tailOrder.removeFirst()
                continue
            }
            guard oldest.header.lastOffset < log.flushedOffset else { return flush(log) }
            tailOrder.removeFirst()
            log.tail.removeFirst()
            let cost = oldest.header.totalBytes + PartitionLog.tailOverhead
            log.tailBytes -= cost
            tailBytes -= cost
        }
    }
}

extension PartitionLog {
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
