import BrokerStorage

/// Checkpoints and the shutdown, which ends with one.
extension Broker {
    /// Takes a snapshot now and writes it when everything in it is safe without the journal.
    ///
    /// Called when a commit has just been dispatched, so that the snapshot is of a boundary between frames.
    func beginCheckpoint() {
        // After a failure nobody knows what is safe, so nothing may be written that says so.
        guard failure == nil else { return }
        guard checkpoints.current == nil, commits.pending.isEmpty else {
            checkpoints.isRequested = true
            return
        }
        checkpoints.begin(commits.journal.position, logs.values)
        flushAll()
        advanceCheckpoint()
    }

    /// Goes on with the checkpoint if all of its batches are in segment files.
    func advanceCheckpoint() {
        guard failure == nil, let job = checkpoints.nextJob() else { return }
        perform(.background, [.job(job)], then: .checkpoint)
    }

    func checkpointWritten(_ completion: StorageCompletion) {
        guard let done = checkpoints.take() else { return }
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
        let surplus = commits.release(before: done.value.journal)
        if !surplus.isEmpty { perform(.journal, surplus, then: .nothing) }
        resumeStalledProduces()
        startCompaction()
        if isShuttingDown { finishShutDown() }
    }

    /// Brings everything to a state from which the next start has nothing to repair; ``BrokerEffect/shutDownComplete``
    /// follows.
    ///
    /// That takes a moment at most; if the disk does not let it happen, the broker stops without, and the next start
    /// replays the journal instead.
    package func shutDown(now: BrokerTime) {
        self.now = now
        isShuttingDown = true
        guard failure == nil else { return finishShutDown() }
        timers.set(.shutDown, at: now.monotonic + settings.shutDownMilliseconds)
        dispatchCommit()
        whenDurable(.lastCheckpoint)
    }

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
