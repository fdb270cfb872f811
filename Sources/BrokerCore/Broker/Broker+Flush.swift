import BrokerStorage

/// Batches on their way from memory to segment files, and out of memory.
///
/// The journal has made them durable before, so this is no hurry: several batches go in one write, without waiting for
/// the device.
extension Broker {
    /// The log has durable batches that are not in its segment files.
    func noteUnflushed(_ log: PartitionLog) {
        if log.unflushedBytes >= settings.flushBytes || flushesAtOnce {
            flush(log)
        } else {
            // Also if other logs wait already: what was not durable when they were due has no timer any more.
            timers.setOnce(.flush, at: now.monotonic + settings.flushIntervalMilliseconds)
        }
        flushes.unflushed.insert(log.id)
    }

    private var flushesAtOnce: Bool { checkpoints.current != nil || isShuttingDown }

    func flushAll() {
        // Sorted, since a set's order changes from run to run.
        for id in flushes.unflushed.sorted() {
            if let log = logs[id] { flush(log) } else { flushes.unflushed.remove(id) }
        }
    }

    /// Hands the log's durable batches to the storage.
    func flush(_ log: PartitionLog) {
        guard !flushes.awaitingRetry.contains(log.id), let flush = log.nextFlush() else { return }
        log.isFlushing = true
        log.flushRequestedOffset = flush.end
        log.unflushedBytes -= flush.bytes
        perform(.files, flush.steps, then: .flush(log, through: flush.end, bytes: flush.bytes))
    }

    func flushed(_ log: PartitionLog, through end: Int64, bytes: Int, error: StorageError?) {
        log.isFlushing = false
        guard !log.isDeleted else { return }
        if let error {
            // The batches stay in memory and in the journal; only the room to go on is missing.
            noteUnwritable("a segment", error)
            flushes.awaitingRetry.insert(log.id)
            log.flushRequestedOffset = log.flushedOffset
            log.unflushedBytes += bytes
            timers.set(.retryFlush(log.id), at: now.monotonic + 1000)
            return
        }
        log.flushedOffset = end
        noteWritable()
        if log.flushedOffset >= log.nextOffset { flushes.unflushed.remove(log.id) }
        // Once one flush is done for want of memory or for a checkpoint, the next is due at once.
        if log.unflushedBytes >= settings.flushBytes || flushesAtOnce { flush(log) }
        advanceCheckpoint()
        trimTails()
        if log.unflushedBytes > 0, flushes.unflushed.contains(log.id) {
            // A log that is flushed all the time must not put off the others.
            timers.setOnce(.flush, at: now.monotonic + settings.flushIntervalMilliseconds)
        }
        resumeStalledProduces()
    }

    func retryFlush(_ id: LogID) {
        flushes.awaitingRetry.remove(id)
        if let log = logs[id] { flush(log) }
    }

    /// A write has failed and is tried again: says so once, however many writes fail until one succeeds.
    func noteUnwritable(_ what: String, _ error: StorageError) {
        if flushes.noteUnwritable() { note(.error, "\(what) cannot be written, trying again each second: \(error)") }
    }

    /// A write has succeeded: says once that the broker goes on.
    func noteWritable() {
        if flushes.noteWritable() { note(.notice, "the data directory can be written again") }
    }

    /// Forgets the oldest batches in memory while there are too many.
    func trimTails() {
        if let log = tails.trim(to: settings.tailCacheBytes, logs) { flush(log) }
    }
}
