/// Where a transactional id stands.
enum TransactionPhase: Hashable, Sendable {
    /// No transaction since the producer was initialized.
    case empty
    case ongoing
    /// The outcome is on its way to the disk.
    case ending(commit: Bool)
    case completed(commit: Bool)

    var isCompleted: Bool { if case .completed = self { true } else { false } }

    /// The name that Kafka's tools show.
    var name: String {
        switch self {
        case .empty: "Empty"
        case .ongoing: "Ongoing"
        case .ending(let commit): commit ? "PrepareCommit" : "PrepareAbort"
        case .completed(let commit): commit ? "CompleteCommit" : "CompleteAbort"
        }
    }
}

/// Everything known of one transactional id.
struct Transaction: Hashable, Sendable {
    var id: String
    var producerID: Int64
    var epoch: Int16
    /// The longest that a transaction may take, in milliseconds.
    var timeoutMilliseconds: Int32
    var phase = TransactionPhase.empty
    var partitions: Set<TopicPartition> = []
    /// Groups whose offsets are part of the transaction.
    var groups: Set<String> = []
    /// When the transaction began: milliseconds since 1970, and on the monotonic clock.
    var startedAt: Int64 = -1
    var deadline: Int64 = 0
    /// When its last transaction ended or it was initialized, in milliseconds since 1970.
    var lastUpdate: Int64 = 0
    /// What the producer was before it asked for this identity itself, or ended its last transaction and got it so:
    /// only that one may be given it again, if the answer was lost. Nil where a new producer took over, and once a
    /// transaction has begun.
    var predecessor: ProducerIdentity?
    /// Set by a restart: the client may have been promised partitions that nothing was written to, which are then not
    /// known here. Until the next transaction, such partitions join by being written to.
    var isRecovered = false

    /// Whose transactions these are.
    var producer: ProducerIdentity { ProducerIdentity(id: producerID, epoch: epoch) }

    /// Whether a producer has the current epoch. None has the last one: it only fences off the one before.
    func isOf(_ epoch: Int16) -> Bool { epoch == self.epoch && epoch < .max }
}
