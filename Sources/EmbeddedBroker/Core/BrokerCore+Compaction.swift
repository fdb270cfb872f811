/// Compaction: one log at a time, in the background.
extension BrokerCore {
    /// Starts compacting the log that has most to gain, if one has enough.
    func startCompaction() {
        guard compactingLog == nil, failure == nil, !isShuttingDown else { return }
        var best: (log: PartitionLog, job: CompactionJob, ratio: Double)?
        for log in logs.values.sorted(by: { $0.id < $1.id }) where log.config.compacts && log.damage == nil {
            guard let (job, ratio) = log.compactionJob(now: now.wall, settings), ratio >= log.config.minCleanableRatio,
                ratio > best?.ratio ?? 0
            else { continue }
            best = (log, job, ratio)
        }
        guard let best else { return }
        compactingLog = best.log.id
        perform(.background, [.job(best.job)]) { [unowned self] completion in compacted(best.log, completion) }
    }

    private func compacted(_ log: PartitionLog, _ completion: StorageCompletion) {
        compactingLog = nil
        guard logs[log.id] === log else { return }
        guard let done = completion.jobResult as? CompactionJob.Done else {
            if let error = completion.error { note(.error, "compaction of \(log.directory) failed: \(error)") }
            return
        }
        log.compaction.compactedOffset = max(log.compaction.compactedOffset, done.compactedOffset)
        for replacement in done.replacements { replace(replacement, in: log) }
        // The aborted records below are gone, so readers need not be told of them.
        log.pruneAborted(before: done.compactedOffset)
        if !done.replacements.isEmpty {
            note(.debug, "compacted \(log.directory) up to offset \(done.compactedOffset): \(done.bytesBefore) to \(done.bytesAfter) bytes")
        }
        startCompaction()
    }

    /// Puts a new segment in the place of others: for readers at once, on disk behind the reads that are under way.
    private func replace(_ replacement: CompactionJob.Replacement, in log: PartitionLog) {
        let directory = log.directory
        guard let first = log.segments.firstIndex(where: { $0.baseOffset == replacement.replaced[0] }),
            log.segments[first...].prefix(replacement.replaced.count).map(\.baseOffset) == replacement.replaced
        else {
            // Retention was faster.
            return perform(.background, [.delete(file: replacement.file)]) { _ in }
        }
        log.replaceSegments(first..<first + replacement.replaced.count, with: replacement.segment)
        var steps: [StorageStep] = [
            .delete(file: SegmentName.index(replacement.replaced[0], in: directory)),
            .rename(source: replacement.file, target: SegmentName.log(replacement.replaced[0], in: directory)),
        ]
        for base in replacement.replaced.dropFirst() {
            steps.append(.delete(file: SegmentName.log(base, in: directory)))
            steps.append(.delete(file: SegmentName.index(base, in: directory)))
        }
        perform(.files, steps) { [unowned self] completion in
            guard logs[log.id] === log else { return }
            if let error = completion.error {
                log.damage = "a compacted segment could not be put in place: \(error)"
                return note(.critical, "\(directory): \(log.damage ?? "")")
            }
            let index = SegmentName.index(replacement.replaced[0], in: directory)
            let bytes = SegmentIndexFile.encoded(replacement.segment)
            perform(
                .background,
                [.truncate(file: index, size: 0), .write(file: index, offset: 0, chunks: [bytes]), .synchronizeDirectory(directory)]
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
        for segment in segments.dropLast() where !segment.isEmpty {
            let isOld = segment.maxTimestamp <= now - config.minCompactionLagMilliseconds
            guard segment.lastOffset < stable, isOld || segment.lastOffset < compaction.compactedOffset else { break }
            sources.append(
                .init(
                    baseOffset: segment.baseOffset, size: segment.size, lastOffset: segment.lastOffset,
                    createdAt: segment.createdAt))
            total += segment.size
            if segment.lastOffset >= compaction.compactedOffset { dirty += segment.size }
        }
        guard dirty > 0 else { return nil }
        let job = CompactionJob(
            directory: directory, sources: sources, dirtyFrom: max(compaction.compactedOffset, startOffset),
            tombstoneHorizon: now - config.deleteRetentionMilliseconds, aborted: transactions.aborted,
            droppableMarkersEnd: compaction.droppableMarkersEnd, segmentBytes: config.segmentBytes,
            maximumDecompressedBytes: settings.maximumDecompressedBytes)
        return (job, Double(dirty) / Double(total))
    }
}
