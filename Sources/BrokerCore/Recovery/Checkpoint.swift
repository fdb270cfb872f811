/// A moment of the whole broker's logs that is safely in segment files: what recovery starts from.
///
/// The journal before ``journal`` is no longer needed. What lies in logs beyond their snapshot comes from the journal
/// after it.
struct Checkpoint: Hashable, Sendable {
    static let file = "checkpoint"
    static let temporaryFile = "checkpoint.new"

    var journal = JournalPosition()
    var logs: [LogSnapshot] = []
}

/// One log at the moment of a checkpoint.
struct LogSnapshot: Hashable, Sendable {
    var id: LogID = 0
    var startOffset: Int64 = 0
    /// The segment appended to, with its size and index. Those before it are on the device, whole.
    var active = Segment()
    var producers: [Producer] = []
    var openTransactions: [Int64] = []
    var abortedTransactions: [TransactionIndex.Aborted] = []
    var compactedOffset: Int64 = 0

    struct Producer: Hashable, Sendable {
        var id: Int64 = -1
        var entry = ProducerEntry()
    }

    var nextOffset: Int64 { max(active.lastOffset + 1, startOffset) }
}

extension PartitionLog {
    var snapshot: LogSnapshot {
        LogSnapshot(
            id: id, startOffset: startOffset, active: activeSegment,
            // Sorted, so that the same state always gives the same bytes.
            producers: producers.entries.map { .init(id: $0.key, entry: $0.value) }.sorted { $0.id < $1.id },
            openTransactions: transactions.open, abortedTransactions: transactions.aborted,
            compactedOffset: compaction.compactedOffset)
    }

    /// Takes a snapshot's state, with the closed segments that were found on disk.
    func restore(_ snapshot: LogSnapshot, closed: [Segment]) {
        var producers = ProducerTable()
        for producer in snapshot.producers { producers.restore(producer.id, producer.entry) }
        var transactions = TransactionIndex()
        transactions.restore(open: snapshot.openTransactions, aborted: snapshot.abortedTransactions)
        compaction.compactedOffset = snapshot.compactedOffset
        compaction.droppableMarkersEnd = snapshot.compactedOffset
        compaction.closedBefore = snapshot.active.baseOffset
        restore(
            startOffset: snapshot.startOffset, segments: closed + [snapshot.active], producers: producers,
            transactions: transactions)
    }
}
