import NIOCore

/// A checkpoint on its way: all of its logs' batches go to segment files, those to the device, then the checkpoint
/// itself.
struct CheckpointInProgress {
    var value: Checkpoint
    /// How far each log must be flushed before the segments can be synchronized.
    var waitingFor: [LogID: Int64]
    /// Segments with bytes that may not have reached the device.
    var dirty: [(log: PartitionLog, baseOffset: Int64, size: Int)]
    /// Deletions of its topics that are not durable. Until they are, a start may find the topics again and need what
    /// the checkpoint says of them.
    var undurableDeletions = 0
    var isWriting = false
}

extension BrokerCore {
    /// Takes a snapshot now and writes it when everything in it is safe without the journal.
    ///
    /// Called when a commit has just been dispatched, so that the snapshot is of a boundary between frames.
    func beginCheckpoint() {
        // After a failure nobody knows what is safe, so nothing may be written that says so.
        guard failure == nil else { return }
        guard checkpoint == nil, pending.isEmpty else {
            checkpointRequested = true
            return
        }
        checkpointRequested = false
        var waitingFor: [LogID: Int64] = [:]
        var dirty: [(log: PartitionLog, baseOffset: Int64, size: Int)] = []
        let ordered = logs.values.sorted { $0.id < $1.id }
        for log in ordered {
            if log.flushedOffset < log.nextOffset { waitingFor[log.id] = log.nextOffset }
            for segment in log.segments where segment.isDirty && !segment.isEmpty {
                dirty.append((log, segment.baseOffset, segment.size))
            }
        }
        let value = Checkpoint(journal: journal.position, logs: ordered.map(\.snapshot))
        checkpoint = CheckpointInProgress(value: value, waitingFor: waitingFor, dirty: dirty)
        flushAll()
        advanceCheckpoint()
    }

    /// Goes on with the checkpoint if all of its batches are in segment files.
    func advanceCheckpoint() {
        guard failure == nil, var current = checkpoint, !current.isWriting else { return }
        for (id, offset) in current.waitingFor {
            guard let log = logs[id], log.flushedOffset < offset else {
                current.waitingFor[id] = nil
                continue
            }
        }
        guard current.waitingFor.isEmpty, current.undurableDeletions == 0 else {
            checkpoint = current
            return
        }
        current.isWriting = true
        checkpoint = current
        let dirty = current.dirty.filter { logs[$0.log.id] === $0.log }
        var closed: [CheckpointJob.ClosedSegment] = []
        for entry in dirty where entry.baseOffset != entry.log.activeSegment.baseOffset {
            if let segment = entry.log.segments.first(where: { $0.baseOffset == entry.baseOffset }) {
                closed.append(
                    .init(file: SegmentName.index(entry.baseOffset, in: entry.log.directory), segment: segment))
            }
        }
        let job = CheckpointJob(
            checkpoint: current.value, files: dirty.map { SegmentName.log($0.baseOffset, in: $0.log.directory) },
            closed: closed)
        perform(.background, [.job(job)]) { [unowned self] completion in checkpointWritten(completion) }
    }

    private func checkpointWritten(_ completion: StorageCompletion) {
        guard let done = checkpoint else { return }
        checkpoint = nil
        if let error = (completion.jobResult as? CheckpointJob.Done)?.unsynchronized {
            // The kernel takes what it could not write for clean and may drop it, so trying again would succeed and
            // mean nothing. The journal still has all of it: the next start writes it again.
            return fail(error)
        }
        if let error = completion.error {
            // The old checkpoint and the journal since then are still there, so nothing is lost; the journal grows.
            note(.error, "a checkpoint failed, trying again each second: \(error)")
            return timers.set(.retryCheckpoint, at: now.monotonic + 1000)
        }
        for entry in done.dirty { entry.log.markClean(baseOffset: entry.baseOffset, size: entry.size) }
        for snapshot in done.value.logs {
            // From here on no recovery knows of aborted transactions that compaction has removed.
            logs[snapshot.id]?.compaction.droppableMarkersEnd = snapshot.compactedOffset
            logs[snapshot.id]?.compaction.closedBefore = snapshot.active.baseOffset
        }
        let surplus = journal.release(before: done.value.journal)
        if !surplus.isEmpty {
            perform(.journal, surplus.map { .delete(file: JournalFiles.name($0)) }) { _ in }
        }
        resumeStalledProduces()
        startCompaction()
        if isShuttingDown { finishShutDown() }
    }

    /// Brings everything to a state from which the next start has nothing to repair; ``BrokerEffect/shutDownComplete``
    /// follows.
    ///
    /// That takes a moment at most; if the disk does not let it happen, the broker stops without, and the next start
    /// replays the journal instead.
    func shutDown(now: BrokerTime) {
        self.now = now
        isShuttingDown = true
        guard failure == nil else { return finishShutDown() }
        timers.set(.shutDown, at: now.monotonic + settings.shutDownMilliseconds)
        dispatchCommit()
        whenDurable { core in
            if core.checkpoint == nil { core.beginCheckpoint() }
        }
    }
}

extension BrokerCore {
    /// The time for a tidy end is over.
    func shutDownTimedOut() {
        note(.warning, "the broker stops without a last checkpoint; the next start replays the journal")
        finishShutDown()
    }

    func finishShutDown() {
        timers.cancel(.shutDown)
        effects.append(.shutDownComplete)
    }
}

/// Makes a checkpoint's segments safe, then the checkpoint.
struct CheckpointJob: StorageJob {
    struct ClosedSegment: Sendable {
        var file: String
        var segment: Segment
    }

    struct Done: StorageJobResult {
        /// Why the segments are not safe, and cannot be made so by trying again; nil if the checkpoint is written.
        var unsynchronized: StorageError?
    }

    var checkpoint: Checkpoint
    /// Segment files to synchronize.
    var files: [String]
    /// Index files to write, for segments that will not change any more.
    var closed: [ClosedSegment]

    func run(on storage: some StorageFiles) throws(StorageError) -> any StorageJobResult {
        var directories: [String] = []
        for file in files {
            do {
                try storage.synchronize(file)
            } catch {
                // Deleted since, with its topic or by retention.
                if error.code == .notFound { continue }
                return Done(unsynchronized: error)
            }
            for directory in Self.directories(above: file) where !directories.contains(directory) {
                directories.append(directory)
            }
        }
        for segment in closed {
            try storage.truncate(segment.file, to: 0)
            try storage.write(segment.file, at: 0, [SegmentIndexFile.encoded(segment.segment)])
        }
        for directory in directories {
            do {
                try storage.synchronizeDirectory(directory)
            } catch {
                if error.code == .notFound { continue }
                return Done(unsynchronized: error)
            }
        }
        try Self.write(checkpoint, to: storage)
        return Done()
    }

    /// Replaces the checkpoint file.
    static func write(_ checkpoint: Checkpoint, to storage: some StorageFiles) throws(StorageError) {
        try storage.truncate(Checkpoint.temporaryFile, to: 0)
        try storage.write(Checkpoint.temporaryFile, at: 0, [checkpoint.encoded()])
        try storage.synchronize(Checkpoint.temporaryFile)
        try storage.rename(Checkpoint.temporaryFile, to: Checkpoint.file)
        try storage.synchronizeDirectory("")
    }

    /// The directories of a file, innermost first, the data directory itself last.
    private static func directories(above file: String) -> [String] {
        var parts = file.split(separator: "/").dropLast()
        var directories: [String] = []
        while !parts.isEmpty {
            directories.append(parts.joined(separator: "/"))
            parts.removeLast()
        }
        return directories + [""]
    }
}
