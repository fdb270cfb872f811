/// The checkpoint that is being made: all of its logs' batches go to segment files, those to the device, then the
/// checkpoint itself.
struct Checkpoints {
    private(set) var current: InProgress?
    /// A checkpoint is wanted as soon as the pending commit is dispatched.
    var isRequested = false

    struct InProgress {
        let value: Checkpoint
        /// How far each log must be flushed before the segments can be synchronized.
        var waitingFor: [(log: PartitionLog, offset: Int64)]
        /// Segments with bytes that may not have reached the device.
        let dirty: [(log: PartitionLog, baseOffset: Int64, size: Int)]
        /// Deletions of its topics that are not durable. Until they are, a start may find the topics again and need
        /// what the checkpoint says of them.
        var undurableDeletions = 0
        var isWriting = false
    }

    /// Takes a snapshot of a boundary between frames.
    mutating func begin(_ journal: JournalPosition, _ logs: some Sequence<PartitionLog>) {
        isRequested = false
        let ordered = logs.sorted { $0.id < $1.id }
        current = InProgress(
            value: Checkpoint(journal: journal, logs: ordered.map(\.snapshot)),
            waitingFor: ordered.filter { $0.flushedOffset < $0.nextOffset }.map { ($0, $0.nextOffset) },
            dirty: ordered.flatMap { log in
                log.segments.filter { $0.isDirty && !$0.isEmpty }.map { (log, $0.baseOffset, $0.size) }
            })
    }

    /// What writes the checkpoint, once all of its batches are in segment files; nil before, and after it was given.
    mutating func nextJob() -> CheckpointJob? {
        current?.waitingFor.removeAll { $0.log.isDeleted || $0.log.flushedOffset >= $0.offset }
        guard let current, !current.isWriting, current.waitingFor.isEmpty, current.undurableDeletions == 0 else {
            return nil
        }
        self.current?.isWriting = true
        let dirty = current.dirty.filter { !$0.log.isDeleted }
        let closed = dirty.filter { $0.baseOffset != $0.log.activeSegment.baseOffset }.compactMap { entry in
            entry.log.segments.first { $0.baseOffset == entry.baseOffset }.map {
                CheckpointJob.ClosedSegment(
                    file: SegmentName.index(entry.baseOffset, in: entry.log.directory), segment: $0)
            }
        }
        return CheckpointJob(
            checkpoint: current.value, files: dirty.map { SegmentName.log($0.baseOffset, in: $0.log.directory) },
            closed: closed)
    }

    mutating func take() -> InProgress? { current.take() }

    /// A topic is being deleted. True if the checkpoint has to wait until that is durable.
    mutating func beginDeletion() -> Bool {
        guard let current, !current.isWriting else { return false }
        self.current?.undurableDeletions += 1
        return true
    }

    mutating func deletionIsDurable() { current?.undurableDeletions -= 1 }
}
