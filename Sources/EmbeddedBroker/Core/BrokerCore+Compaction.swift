/// Compaction: one log at a time, in the background.
extension BrokerCore {
    /// Starts compacting the log that has most to gain, if one has enough.
    func startCompaction() {
        guard compactingLog == nil, failure == nil, !isShuttingDown else { return }
        var best: (log: PartitionLog, job: CompactionJob, ratio: Double)?
        for log in logs.values.sorted(by: { $0.id < $1.id }) where log.config.compacts && log.damage == nil {
            guard let (job, ratio) = log.compactionJob(now: now.wall, settings), ratio >= log.config.minCleanableRatio
            else { continue }
            // Segments that were closed since the last checkpoint can be compacted after the next.
            guard job.sources.last.map({ $0.baseOffset < log.compaction.closedBefore }) ?? false else {
                checkpointRequested = true
                continue
            }
            if ratio > best?.ratio ?? 0 { best = (log, job, ratio) }
        }
        guard let best else { return }
        compactingLog = best.log.id
        perform(.background, [.job(best.job)]) { [unowned self] completion in compacted(best.log, completion) }
    }

    private func compacted(_ log: PartitionLog, _ completion: StorageCompletion) {
        guard logs[log.id] === log else { return compactingLog = nil }
        guard let done = completion.jobResult as? CompactionJob.Done else {
            compactingLog = nil
            if let error = completion.error { note(.error, "compaction of \(log.directory) failed: \(error)") }
            return
        }
        swap(done, in: log)
    }

    /// Puts new segments in the place of others: for readers at once, on disk behind the reads that are under way.
    private func swap(_ done: CompactionJob.Done, in log: PartitionLog) {
        var replacements: [CompactionJob.Replacement] = []
        var old: [[Segment]] = []
        for replacement in done.replacements {
            guard let range = log.segments(replacement.replaced) else {
                // Retention was faster.
                perform(.background, [.delete(file: replacement.file)]) { _ in }
                continue
            }
            old.append(Array(log.segments[range]))
            log.replaceSegments(range, with: [replacement.segment])
            replacements.append(replacement)
        }
        dropTail(of: log, before: done.compactedOffset)
        perform(.files, [.job(SegmentSwapJob(directory: log.directory, replacements: replacements))]) {
            [unowned self] completion in
            // Only now: the next run would use the same names for its new files.
            compactingLog = nil
            guard logs[log.id] === log else { return }
            let result = completion.jobResult as? SegmentSwapJob.Done
            let count = result?.count ?? 0
            writeIndexes(replacements.prefix(count), log)
            guard count == replacements.count else {
                // The old files are still there, so the log is what it was.
                for (replacement, segments) in zip(replacements, old).dropFirst(count) {
                    if let range = log.segments([replacement.segment.baseOffset]) {
                        log.restoreSegments(range, to: segments)
                    }
                }
                return note(
                    .error,
                    "compacted segments of \(log.directory) could not be put in place: \(result?.error ?? completion.error, default: "unknown")"
                )
            }
            if let error = result?.error {
                // A power loss may bring the old segments back, so what says of their records that they were aborted
                // must stay.
                return note(.error, "compacted segments of \(log.directory) may not be safe: \(error)")
            }
            log.compaction.compactedOffset = max(log.compaction.compactedOffset, done.compactedOffset)
            // The aborted records below are gone, so readers need not be given them.
            log.pruneAborted(before: done.compactedOffset)
            note(
                .debug,
                "compacted \(log.directory) up to offset \(done.compactedOffset): \(done.bytesBefore) to \(done.bytesAfter) bytes"
            )
            startCompaction()
        }
    }

    /// Forgets batches in memory that compaction may have replaced; all of them are in files.
    private func dropTail(of log: PartitionLog, before offset: Int64) {
        while let first = log.tail.first, first.header.baseOffset < offset {
            log.tail.removeFirst()
            let cost = first.header.totalBytes + PartitionLog.tailOverhead
            log.tailBytes -= cost
            tailBytes -= cost
        }
    }

    private func writeIndexes(_ replacements: ArraySlice<CompactionJob.Replacement>, _ log: PartitionLog) {
        for replacement in replacements {
            let index = SegmentName.index(replacement.replaced[0], in: log.directory)
            let bytes = SegmentIndexFile.encoded(replacement.segment)
            perform(
                .background,
                [
                    .truncate(file: index, size: 0), .write(file: index, offset: 0, chunks: [bytes]),
                    .synchronizeDirectory(log.directory),
                ]
            ) { [unowned self] completion in
                // Without it the next start scans the segment instead.
                if let error = completion.error { note(.debug, "an index could not be written: \(error)") }
            }
        }
    }
}

extension PartitionLog {
    /// What could be compacted now, and which part of it was not yet; nil if there is nothing.
    func compactionJob(now: Int64, _ settings: BrokerSettings) -> (CompactionJob, ratio: Double)? {
        let stable = min(lastStableOffset, flushedOffset)
        var sources: [CompactionJob.Source] = []
        var total = 0
        var dirty = 0
        for segment in segments.dropLast() {
            let isOld = segment.age(at: now) >= config.minCompactionLagMilliseconds
            guard segment.lastOffset < stable, isOld || segment.lastOffset < compaction.compactedOffset else { break }
            sources.append(
                .init(
                    baseOffset: segment.baseOffset, size: segment.size, lastOffset: segment.lastOffset,
                    createdAt: segment.createdAt, appendedAt: segment.appendedAt))
            total += segment.size
            if segment.lastOffset >= compaction.compactedOffset { dirty += segment.size }
        }
        guard dirty > 0 else { return nil }
        let job = CompactionJob(
            directory: directory, sources: sources, dirtyFrom: max(compaction.compactedOffset, startOffset),
            now: now, deleteRetentionMilliseconds: config.deleteRetentionMilliseconds, aborted: transactions.aborted,
            droppableMarkersEnd: compaction.droppableMarkersEnd, segmentBytes: config.segmentBytes,
            maximumDecompressedBytes: settings.maximumDecompressedBytes)
        return (job, Double(dirty) / Double(total))
    }
}
