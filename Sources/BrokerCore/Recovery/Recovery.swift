import BrokerStorage
import NIOCore

/// Brings a data directory to the state that was last acknowledged.
///
/// The checkpoint says what is safe in segment files; the journal has everything since. Each log is first taken back to
/// its place in the checkpoint. Then the journal's frames are applied one after the other, as they were appended the
/// first time, and written to the segment files again. So it does not matter what a power loss made of the
/// unsynchronized ends of those files. A torn frame ends the journal: it was never acknowledged.
package struct Recovery<Files: StorageFiles> {
    let files: Files
    let settings: BrokerSettings
    let now: BrokerTime
    let seed: UInt64

    package init(files: Files, settings: BrokerSettings, now: BrokerTime, seed: UInt64) {
        self.files = files
        self.settings = settings
        self.now = now
        self.seed = seed
    }

    /// Recovers, or sets up a new data directory.
    package func run() throws(StorageError) -> RecoveredState {
        guard let size = try files.size(Checkpoint.file) else { return try create() }
        // Journal files that this checkpoint does not need will be written over, so the one before must not come back.
        try files.synchronizeDirectory("")
        let checkpoint = try Checkpoint(decoding: try files.read(Checkpoint.file, at: 0, count: size))
        var state = RecoveredState(
            journal: JournalFiles(
                fileBytes: settings.journalFileBytes, position: checkpoint.journal, existing: try journalNumbers()),
            groups: GroupCoordinator(config: groupConfig, seed: seed))
        var damages = Damages()
        try restoreLogs(checkpoint, &state, &damages)
        try replayJournal(from: checkpoint.journal, &state)
        damages.report(&state)
        try settleTails(&state)
        try removeOrphans(state)
        try loadGroups(&state)
        try loadTransactions(&state)
        return state
    }

    private var groupConfig: GroupConfig {
        var config = GroupConfig()
        config.offsetRetentionMilliseconds = settings.offsetRetentionMilliseconds
        config.declaredReaders = settings.declaredReaders
        config.initialRebalanceDelayMilliseconds = settings.initialRebalanceDelayMilliseconds
        config.offsetExpiryIntervalMilliseconds = settings.offsetExpiryIntervalMilliseconds
        return config
    }

    private func journalNumbers() throws(StorageError) -> [UInt32] {
        try files.list(JournalFiles.directory).compactMap(JournalFiles.number(of:)).sorted()
    }

    /// A data directory that holds nothing yet.
    private func create() throws(StorageError) -> RecoveredState {
        let start = JournalPosition()
        // What an interrupted creation left behind goes first.
        for number in try journalNumbers() { try files.delete(JournalFiles.name(number)) }
        try files.preallocate(JournalFiles.name(0), size: settings.journalFileBytes)
        try files.synchronize(JournalFiles.name(0))
        try files.synchronizeDirectory(JournalFiles.directory)
        var state = RecoveredState(
            journal: JournalFiles(fileBytes: settings.journalFileBytes, position: start, existing: [0]),
            groups: GroupCoordinator(config: groupConfig, seed: seed))
        for log in InternalLog.allCases { state.logs[log.rawValue] = newLog(log) }
        let snapshots = state.logs.values.sorted { $0.id < $1.id }.map(\.snapshot)
        try CheckpointJob.write(Checkpoint(journal: start, logs: snapshots), to: files)
        state.report.isNew = true
        return state
    }

    func newLog(_ log: InternalLog) -> PartitionLog {
        PartitionLog(
            id: log.rawValue, topic: log.name, partition: 0, directory: log.directory,
            config: InternalLog.config(settings),
            createdAt: now.wall)
    }

    func newLog(_ id: LogID, topic: MetadataState.Topic, partition: Int32) -> PartitionLog {
        PartitionLog(
            id: id, topic: topic.name, partition: partition,
            directory: TopicName.directory(topic.name, partition: partition, log: id),
            config: TopicConfig.resolve(topic.configs, defaults: settings.log), createdAt: now.wall)
    }

    // MARK: Logs as of the checkpoint

    private func restoreLogs(
        _ checkpoint: Checkpoint, _ state: inout RecoveredState, _ damages: inout Damages
    ) throws(StorageError) {
        let snapshots = Dictionary(checkpoint.logs.map { ($0.id, $0) }) { first, _ in first }
        for internalLog in InternalLog.allCases {
            let log = newLog(internalLog)
            if let snapshot = snapshots[internalLog.rawValue] { try restore(log, snapshot, &damages) }
            state.logs[log.id] = log
        }
        try readAll(InternalLog.metadata, in: state) { batch in
            for record in try InternalRecord.read(batch) {
                if let change = try MetadataChange(record) { state.metadata.apply(change) }
            }
        }
        for topic in state.metadata.topics.values.sorted(by: { $0.name < $1.name }) {
            for (index, id) in topic.logs.enumerated() {
                let log = newLog(id, topic: topic, partition: Int32(index))
                if let snapshot = snapshots[id] { try restore(log, snapshot, &damages) }
                state.logs[id] = log
            }
        }
    }

    private func restore(
        _ log: PartitionLog, _ snapshot: LogSnapshot, _ damages: inout Damages
    ) throws(StorageError) {
        var snapshot = snapshot
        try complete(&snapshot.active, of: log)
        var closed: [Segment] = []
        for name in try files.list(log.directory) {
            if name.hasSuffix(CompactionJob.cleanedSuffix) {
                try files.delete(log.directory + "/" + name)
                continue
            }
            guard let base = SegmentName.baseOffset(ofLog: name), base < snapshot.active.baseOffset else { continue }
            // A merge that was interrupted leaves a segment whose offsets are in the one before. (One that begins behind
            // that one's end is a part of the log again, and compacted again.)
            if let last = closed.last, base <= last.lastOffset { continue }
            var problem: String?
            let segment = try SegmentIndexFile.load(
                baseOffset: base, directory: log.directory, from: files, now: now.wall
            ) { problem = $0 }
            if let problem { damages.note(log, before: segment.lastOffset + 2, problem) }
            closed.append(segment)
        }
        while let first = closed.first, first.lastOffset < snapshot.startOffset { closed.removeFirst() }
        let file = SegmentName.log(snapshot.active.baseOffset, in: log.directory)
        let size = try files.size(file) ?? 0
        if size < snapshot.active.size {
            damages.note(
                log, before: snapshot.nextOffset,
                "\(file) has \(size) bytes where \(snapshot.active.size) were safely stored")
        }
        damages.noteGaps(closed, snapshot, log)
        log.restore(snapshot, closed: closed)
    }

    /// Reads what a checkpoint of version 1 did not say of a segment.
    private func complete(_ segment: inout Segment, of log: PartitionLog) throws(StorageError) {
        guard segment.appendedAt == Segment.unknownAppendTime else { return }
        segment.appendedAt = now.wall
        let file = SegmentName.log(segment.baseOffset, in: log.directory)
        guard segment.size > 0, try files.size(file) ?? 0 >= segment.size else { return }
        var isDamaged = false
        let scanned = try SegmentIndexFile.scan(
            baseOffset: segment.baseOffset, directory: log.directory, size: segment.size, from: files, now: now.wall
        ) { _ in isDamaged = true }
        // A damaged one is found when it is read.
        if !isDamaged { segment = scanned }
    }
}
