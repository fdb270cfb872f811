/// Which log is being compacted: one at a time, in the background.
struct Compactor {
    private(set) var log: PartitionLog?

    var isIdle: Bool { log == nil }

    /// Chooses the log that has most to gain, if one has enough.
    ///
    /// - Returns: what compacts it, and whether more could be compacted after a checkpoint.
    mutating func begin(_ logs: some Sequence<PartitionLog>, now: Int64, _ settings: BrokerSettings) -> (
        CompactionJob?, needsCheckpoint: Bool
    ) {
        var best: (log: PartitionLog, job: CompactionJob, ratio: Double)?
        var needsCheckpoint = false
        for log in logs.sorted(by: { $0.id < $1.id }) where log.config.compacts && log.damage == nil {
            // A tombstone must outlive the records that it deletes, and so the files that have them.
            guard log.compaction.leftovers.isEmpty else { continue }
            guard let (job, ratio) = log.compactionJob(now: now, settings), ratio >= log.config.minCleanableRatio
            else { continue }
            // Segments that were closed since the last checkpoint can be compacted after the next.
            guard job.sources.last.map({ $0.baseOffset < log.compaction.closedBefore }) ?? false else {
                needsCheckpoint = true
                continue
            }
            if ratio > best?.ratio ?? 0 { best = (log, job, ratio) }
        }
        log = best?.log
        return (best?.job, needsCheckpoint)
    }

    mutating func end() { log = nil }
}

/// Compacted segments on their way to the places of others.
struct SegmentSwap: CustomStringConvertible {
    let log: PartitionLog
    let done: CompactionJob.Done
    /// New segments whose old ones are still there, and those.
    private(set) var replacements: [CompactionJob.Replacement] = []
    private var old: [[Segment]] = []
    /// Files of new segments that nobody needs: retention was faster.
    private(set) var surplus: [String] = []

    /// Puts the new segments in place for readers.
    init(_ done: CompactionJob.Done, in log: PartitionLog) {
        self.log = log
        self.done = done
        for replacement in done.replacements {
            guard let range = log.segments(replacement.replaced) else {
                surplus.append(replacement.file)
                continue
            }
            old.append(Array(log.segments[range]))
            log.replaceSegments(range, with: [replacement.segment])
            replacements.append(replacement)
        }
    }

    var description: String { "\(replacements.count) segments of \(log)" }
    var job: SegmentSwapJob { SegmentSwapJob(directory: log.directory, replacements: replacements) }

    /// Puts the old segments back, but for the first `count`: their files are still there.
    func undo(from count: Int) {
        for (replacement, segments) in zip(replacements, old).dropFirst(count) {
            if let range = log.segments([replacement.segment.baseOffset]) { log.restoreSegments(range, to: segments) }
        }
    }
}

extension PartitionLog {
    /// What could be compacted now, and which part of it was not yet; nil if there is nothing.
    func compactionJob(now: Int64, _ settings: BrokerSettings) -> (CompactionJob, ratio: Double)? {
        let stable = min(lastStableOffset, flushedOffset)
        var sources: [Segment] = []
        var total = 0
        var dirty = 0
        for segment in segments.dropLast() {
            let isOld = segment.age(at: now) >= config.minCompactionLagMilliseconds
            guard segment.lastOffset < stable, isOld || segment.lastOffset < compaction.compactedOffset else { break }
            sources.append(segment)
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
