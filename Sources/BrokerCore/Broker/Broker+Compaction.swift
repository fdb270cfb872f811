import BrokerStorage

/// Compaction: one log at a time, in the background.
extension Broker {
    /// Starts compacting the log that has most to gain, if one has enough.
    func startCompaction() {
        guard compactor.isIdle, failure == nil, !isShuttingDown else { return }
        let (job, needsCheckpoint) = compactor.begin(logs.values, now: now.wall, settings)
        if needsCheckpoint { checkpoints.isRequested = true }
        guard let job, let log = compactor.log else { return }
        perform(.background, [.job(job)], then: .compaction(log))
    }

    /// Puts new segments in the place of others: for readers at once, on disk behind the reads that are under way.
    func compacted(_ log: PartitionLog, _ completion: StorageCompletion) {
        guard !log.isDeleted else { return compactor.end() }
        guard let done = completion.jobResult as? CompactionJob.Done else {
            compactor.end()
            if let error = completion.error { note(.error, "compaction of \(log.directory) failed: \(error)") }
            return
        }
        let swap = SegmentSwap(done, in: log)
        for file in swap.surplus { perform(.background, [.delete(file: file)], then: .nothing) }
        tails.drop(log, before: done.compactedOffset)
        perform(.files, [.job(swap.job)], then: .swap(swap))
    }

    func swapped(_ swap: SegmentSwap, _ completion: StorageCompletion) {
        // Only now: the next run would use the same names for its new files.
        compactor.end()
        let log = swap.log
        guard !log.isDeleted else { return }
        let result = completion.jobResult as? SegmentSwapJob.Done
        let count = result?.count ?? 0
        writeIndexes(swap.replacements.prefix(count), log)
        if result?.error != nil {
            log.compaction.leftovers.formUnion(swap.replacements.prefix(count).flatMap { $0.replaced.dropFirst() })
        }
        guard count == swap.replacements.count else {
            swap.undo(from: count)
            return note(
                .error,
                "compacted segments of \(log.directory) could not be put in place: \(result?.error ?? completion.error, default: "unknown")"
            )
        }
        if let error = result?.error {
            // The next start may bring old segments back, so what says of their records that they were aborted must
            // stay.
            return note(.error, "compacted segments of \(log.directory) may not be safe: \(error)")
        }
        let end = swap.done.compactedOffset
        log.compaction.compactedOffset = max(log.compaction.compactedOffset, end)
        // The aborted records below are gone, so readers need not be given them.
        log.pruneAborted(before: end)
        note(
            .debug,
            "compacted \(log.directory) up to offset \(end): \(swap.done.bytesBefore) to \(swap.done.bytesAfter) bytes")
        startCompaction()
    }

    /// Removes files that should have gone before.
    func removeLeftovers(of log: PartitionLog) {
        guard !log.compaction.leftovers.isEmpty else { return }
        let bases = log.compaction.leftovers.sorted()
        let job = SegmentRemovalJob(directory: log.directory, baseOffsets: bases)
        perform(.background, [.job(job)], then: .removal(log, bases))
    }

    func removed(_ bases: [Int64], of log: PartitionLog, _ completion: StorageCompletion) {
        guard !log.isDeleted else { return }
        if let error = completion.error {
            return note(.error, "old segments of \(log.directory) could not be removed, trying again: \(error)")
        }
        log.compaction.leftovers.subtract(bases)
    }

    /// Without them the next start scans the segments instead.
    private func writeIndexes(_ replacements: ArraySlice<CompactionJob.Replacement>, _ log: PartitionLog) {
        for replacement in replacements {
            let index = SegmentName.index(replacement.replaced[0], in: log.directory)
            let bytes = replacement.segment.encoded()
            perform(
                .background,
                [
                    .truncate(file: index, size: 0), .write(file: index, offset: 0, chunks: [bytes]),
                    .synchronizeDirectory(log.directory),
                ], then: .note(.debug, "an index could not be written"))
        }
    }
}
