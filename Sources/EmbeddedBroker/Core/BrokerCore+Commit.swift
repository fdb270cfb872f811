import KafkaProtocol
import NIOCore

/// Group commit: what is appended while one commit is being written goes out in the next.
extension BrokerCore {
    /// A commit on its way to the disk.
    struct CommitInFlight {
        /// How far each log that it appends to becomes durable, in the order of the appends.
        var ends: [(log: PartitionLog, nextOffset: Int64)]
        var actions: [DurableAction]
        /// What writes it; kept, since a full disk is tried again.
        var steps: [StorageStep]
    }

    /// Appends a batch to a log, as part of the pending commit.
    ///
    /// - Returns: the batch's base offset.
    @discardableResult
    func append(_ batch: RecordBatch, to log: PartitionLog) -> Int64 {
        var header = batch.header
        header.baseOffset = log.nextOffset
        header.partitionLeaderEpoch = 0
        if log.needsRoll(adding: header.totalBytes, now: now.wall) {
            log.roll(now: now.wall)
            pending.add(.roll, logID: log.id, offset: header.baseOffset)
        }
        let position = log.append(header, now: now.wall)
        pending.add(
            header, bytes: batch.bytes, log: log, position: position, segmentBaseOffset: log.activeSegment.baseOffset)
        return header.baseOffset
    }

    /// Appends records to an internal log, as part of the pending commit.
    func append(_ records: [InternalRecord], to log: InternalLog, producer: (id: Int64, epoch: Int16)? = nil) {
        guard !records.isEmpty, let target = logs[log.rawValue] else { return }
        do {
            append(try InternalRecord.batch(records, timestamp: now.wall, producer: producer), to: target)
        } catch {
            // Uncompressed batches are built without a codec, so there is nothing in it that can fail.
            preconditionFailure("an internal batch could not be built: \(error)")
        }
    }

    /// Does the action once everything appended so far is durable.
    func whenDurable(_ action: @escaping DurableAction) {
        if pending.isEmpty, commitInFlight == nil { return action(self) }
        if pending.isEmpty {
            commitInFlight?.actions.append(action)
        } else {
            pendingActions.append(action)
        }
    }

    /// Everything that `body` appends becomes durable together or not at all.
    func atomically(_ body: () -> Void) {
        pending.beginAtomic()
        body()
        pending.endAtomic()
    }

    /// Sends the pending commit on its way, unless one is still under way.
    func dispatchCommit() {
        guard commitInFlight == nil, failure == nil, !pending.isEmpty else { return }
        var builder = pending
        let actions = pendingActions
        lastCommitBytes = builder.byteCount
        pending = JournalFrameBuilder(capacity: min(max(lastCommitBytes, 4096), 1 << 20))
        pendingActions = []

        let (frames, checksum) = builder.finish(
            nextSequence: journal.position.nextSequence, previousChecksum: journal.position.previousChecksum)
        let (steps, switched) = placeFrames(frames)
        journal.advance(frames: frames.count, checksum: checksum)
        var ends: [(log: PartitionLog, nextOffset: Int64)] = []
        keepInTails(builder, ends: &ends)
        commitInFlight = CommitInFlight(ends: ends, actions: actions, steps: steps)
        if switched || checkpointRequested { beginCheckpoint() }
        writeCommit(steps)
        if settings.relaxedDurability { release() }
    }

    /// The steps that write the frames, and whether a journal file became full.
    private func placeFrames(_ frames: [ByteBuffer]) -> ([StorageStep], switched: Bool) {
        var steps: [StorageStep] = []
        var chunks: [ByteBuffer] = []
        var run = JournalFiles.Place(file: 0, offset: 0)
        var runBytes = 0
        var switched = false
        func writeRun() {
            guard !chunks.isEmpty else { return }
            let file = JournalFiles.name(run.file)
            if run.isNewFile {
                steps.append(.preallocate(file: file, size: settings.journalFileBytes))
                steps.append(.synchronizeDirectory(JournalFiles.directory))
            }
            steps.append(.write(file: file, offset: run.offset, chunks: chunks))
            if !settings.relaxedDurability { steps.append(.synchronize(file: file)) }
        }
        for frame in frames {
            let place = journal.place(frame.readableBytes)
            switched = switched || place.switched
            if place.file != run.file || place.offset != run.offset + runBytes {
                writeRun()
                run = place
                runBytes = 0
                chunks = []
            }
            chunks.append(frame)
            runBytes += frame.readableBytes
        }
        writeRun()
        return (steps, switched)
    }

    private func keepInTails(_ builder: JournalFrameBuilder, ends: inout [(log: PartitionLog, nextOffset: Int64)]) {
        for placed in builder.placed {
            let bytes = builder.buffer.getSlice(at: placed.start, length: placed.header.totalBytes) ?? ByteBuffer()
            let log = placed.log
            log.keep(
                placed.header, position: placed.position, segmentBaseOffset: placed.segmentBaseOffset, bytes: bytes)
            tailBytes += placed.header.totalBytes + PartitionLog.tailOverhead
            tailOrder.append(log.id)
            if log.lastCommit != nextOperationID {
                log.lastCommit = nextOperationID
                // All that was appended goes out together, so the log is durable up to its end.
                ends.append((log, log.nextOffset))
            }
        }
    }

    private func writeCommit(_ steps: [StorageStep]) {
        perform(.journal, steps) { [unowned self] completion in commitCompleted(completion) }
    }

    private func commitCompleted(_ completion: StorageCompletion) {
        if let error = completion.error {
            // Without space nothing was promised and nothing is lost: producers wait until there is some again.
            guard error.code == .noSpace, !settings.relaxedDurability, commitInFlight != nil else { return fail(error) }
            noteUnwritable("the journal", error)
            return timers.set(.retryCommit, at: now.monotonic + 1000)
        }
        noteWritable()
        if !settings.relaxedDurability { release() }
    }

    func retryCommit() {
        if let commit = commitInFlight { writeCommit(commit.steps) }
    }

    /// The commit in flight is durable (or as durable as it needs to be): tell everybody.
    private func release() {
        guard let commit = commitInFlight else { return }
        commitInFlight = nil
        for (log, nextOffset) in commit.ends {
            if log.advanceHighWatermark(to: nextOffset) { advancedLogs.append(log) }
            noteUnflushed(log)
        }
        for action in commit.actions { action(self) }
        resumeStalledProduces()
        dispatchCommit()
        trimTails()
    }

    /// After a failed write nobody knows what the disk has, so nothing more is promised.
    func fail(_ error: StorageError) {
        guard failure == nil else { return }
        failure = error
        note(
            .critical,
            "what was written may not be safe, nothing is acknowledged until the broker is restarted: \(error)")
        effects.append(.failed(error))
        if isShuttingDown { finishShutDown() }
    }
}
