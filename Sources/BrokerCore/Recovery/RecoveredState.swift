/// What a start found on disk, ready for ``Broker``.
package struct RecoveredState {
    var metadata = MetadataState()
    var logs: [LogID: PartitionLog] = [:]
    var journal: JournalFiles
    var groups: GroupCoordinator
    var transactions = TransactionCoordinator()
    package var report = RecoveryReport()
}

/// What recovery did, for the log.
package struct RecoveryReport: Hashable, Sendable {
    package var isNew = false
    package var replayedFrames = 0
    package var replayedBytes = 0
    /// What was found damaged or was cut, one sentence each.
    package var findings: [String] = []
}
