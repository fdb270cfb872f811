/// What a start found on disk, ready for ``BrokerCore``.
struct RecoveredState {
    var metadata = MetadataState()
    var logs: [LogID: PartitionLog] = [:]
    var journal: JournalFiles
    var groups: GroupCoordinator
    var transactions = TransactionCoordinator()
    var report = RecoveryReport()
}

/// What recovery did, for the log.
struct RecoveryReport: Hashable, Sendable {
    var isNew = false
    var replayedFrames = 0
    var replayedBytes = 0
    /// What was found damaged or was cut, one sentence each.
    var findings: [String] = []
}
