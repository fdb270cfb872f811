import BrokerStorage
import KafkaProtocol
import KafkaRecords

/// What is appended becomes durable with the next commit.
extension Broker {
    /// Appends a batch to a log, as part of the pending commit.
    ///
    /// - Returns: the batch's base offset.
    @discardableResult
    func append(_ batch: RecordBatch, to log: PartitionLog) -> Int64 {
        var header = batch.header
        header.baseOffset = log.nextOffset
        header.partitionLeaderEpoch = 0
        if log.needsRoll(adding: header.totalBytes, now: now.wall) { roll(log) }
        let position = log.append(header, now: now.wall)
        commits.pending.add(
            header, bytes: batch.bytes, log: log, position: position, segmentBaseOffset: log.activeSegment.baseOffset)
        return header.baseOffset
    }

    /// Closes the active segment, as part of the pending commit.
    func roll(_ log: PartitionLog) {
        log.roll(now: now.wall)
        commits.pending.add(.roll, logID: log.id, offset: log.nextOffset)
    }

    /// Appends records to an internal log, as part of the pending commit.
    func append(_ records: [InternalRecord], to log: InternalLog, producer: ProducerIdentity? = nil) {
        guard !records.isEmpty, let target = logs[log.rawValue] else { return }
        do {
            append(try InternalRecord.batch(records, timestamp: now.wall, producer: producer), to: target)
        } catch {
            // Uncompressed batches are built without a codec, so there is nothing in it that can fail.
            preconditionFailure("an internal batch could not be built: \(error)")
        }
    }

    /// Everything that `body` appends becomes durable together or not at all.
    func atomically(_ body: () -> Void) {
        commits.pending.beginAtomic()
        body()
        commits.pending.endAtomic()
    }

    /// Sends the pending commit on its way, unless one is still under way.
    func dispatchCommit() {
        guard failure == nil, commits.canDispatch else { return }
        let switched = commits.dispatch(settings) { tails.keep($0, $1) }
        if switched || checkpoints.isRequested { beginCheckpoint() }
        writeCommit()
        if settings.relaxedDurability { release() }
    }

    /// Writes the commit in flight, also again.
    func writeCommit() {
        if let commit = commits.inFlight { perform(.journal, commit.steps, then: .commit) }
    }

    func commitCompleted(_ completion: StorageCompletion) {
        if let error = completion.error {
            // Without space nothing was promised and nothing is lost: producers wait until there is some again.
            guard error.code == .noSpace, !settings.relaxedDurability, commits.inFlight != nil else {
                return fail(error)
            }
            noteUnwritable("the journal", error)
            return timers.set(.retryCommit, at: now.monotonic + 1000)
        }
        noteWritable()
        if !settings.relaxedDurability { release() }
    }

    /// The commit in flight is durable (or as durable as it needs to be): tell everybody.
    private func release() {
        guard let commit = commits.take() else { return }
        for (log, nextOffset) in commit.ends {
            if log.advanceHighWatermark(to: nextOffset) { fetches.advanced.append(log) }
            noteUnflushed(log)
        }
        for action in commit.actions { perform(action) }
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
