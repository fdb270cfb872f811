import KafkaProtocol

/// Transactional producers and their transactions, as a pure state machine.
///
/// It answers with what has to be written; the core writes everything that ends a transaction (markers, offsets, the
/// new state) in one atomic step of the journal. So there is no half-ended transaction to repair after a crash, and
/// what Kafka calls "prepare" is never seen on disk: the outcome is decided exactly when that step is durable.
///
/// Which partitions an open transaction has written to is not written down either: it stands in those partitions' logs,
/// from where ``recover(producerID:partitions:groups:now:)`` gets it back after a restart.
struct TransactionCoordinator: Sendable {
    private(set) var transactions: [String: Transaction] = [:]
    /// Transactional ids by the producer id they have now.
    private var idsByProducer: [Int64: String] = [:]

    /// What ending a transaction takes.
    struct Ending: Hashable, Sendable {
        var transactionalID: String
        /// What the markers carry: for an abort in the name of a successor, and where each transaction has an epoch of
        /// its own, already the next epoch.
        var producer: ProducerIdentity
        /// Who goes on, where the epochs of that producer id are used up.
        var successor: ProducerIdentity?
        var commit: Bool
        /// Sorted.
        var partitions: [TopicPartition]
        /// Sorted.
        var groups: [String]
    }

    mutating func store(_ transaction: Transaction) {
        if let old = transactions[transaction.id] { idsByProducer[old.producerID] = nil }
        transactions[transaction.id] = transaction
        idsByProducer[transaction.producerID] = transaction.id
    }

    mutating func forget(_ id: String) {
        if let transaction = transactions.removeValue(forKey: id) { idsByProducer[transaction.producerID] = nil }
    }

    /// Lets `change` alter an id's state without its producer.
    mutating func update(_ id: String, _ change: (inout Transaction) -> Void) {
        guard var transaction = transactions[id] else { return }
        change(&transaction)
        transactions[id] = transaction
    }

    func transaction(_ id: String) -> Transaction? { transactions[id] }
    func transaction(ofProducer id: Int64) -> Transaction? { idsByProducer[id].flatMap { transactions[$0] } }
}

// MARK: Initialization

extension TransactionCoordinator {
    enum InitDecision: Hashable, Sendable {
        /// Persist the state, then answer with the identity. With an ending, its markers go first.
        case initialize(ProducerIdentity, aborting: Ending?)
        /// The client asks again for what it was already given.
        case repeatAnswer(ProducerIdentity)
        /// A producer id is needed: call ``initialize(_:timeout:expected:newProducerID:now:)`` again with one.
        case needsProducerID
        case refuse(ErrorCode)
    }

    /// A producer starts. Its predecessor with the same id is fenced, and its open transaction aborted.
    ///
    /// - Parameter expected: what the client believes to be (KIP-360), nil for a new one.
    mutating func initialize(
        _ id: String, timeout: Int32, expected: ProducerIdentity?, newProducerID: Int64?, now: BrokerTime
    ) -> InitDecision {
        guard var transaction = transactions[id] else {
            // Whoever the client was, nobody can have taken its place: the id was forgotten, or never known (KIP-360).
            guard let newProducerID else { return .needsProducerID }
            var created = Transaction(
                id: id, producerID: newProducerID, epoch: 0, timeoutMilliseconds: timeout, lastUpdate: now.wall)
            // Some clients begin with 0, which is never given out: two of those must not become the same producer.
            if let expected, expected.id > 0 { created.predecessor = expected }
            store(created)
            return .initialize(ProducerIdentity(id: newProducerID, epoch: 0), aborting: nil)
        }
        if case .ending = transaction.phase { return .refuse(.concurrentTransactions) }
        if let expected {
            if expected == transaction.predecessor, transaction.phase == .empty {
                return .repeatAnswer(transaction.producer)
            }
            // The answer to the end of its last transaction was lost, and the new epoch with it.
            let missedItsEnd = expected == transaction.predecessor && transaction.phase.isCompleted
            guard expected == transaction.producer || missedItsEnd else { return .refuse(.producerFenced) }
        }
        // The last epoch is left for the marker that would end its transaction.
        let exhausted = transaction.epoch >= .max - 1
        if exhausted, newProducerID == nil { return .needsProducerID }
        var aborting: Ending?
        if transaction.phase == .ongoing {
            aborting = ending(
                of: transaction, commit: false,
                producer: ProducerIdentity(id: transaction.producerID, epoch: transaction.epoch + 1))
        }
        if exhausted, let newProducerID {
            transaction.producerID = newProducerID
            transaction.epoch = 0
        } else {
            transaction.epoch += 1
        }
        transaction.timeoutMilliseconds = timeout
        // Until the abort is durable nothing new may begin.
        transaction.phase = aborting == nil ? .empty : .ending(commit: false)
        transaction.partitions = []
        transaction.groups = []
        transaction.isRecovered = false
        transaction.predecessor = expected
        transaction.lastUpdate = now.wall
        store(transaction)
        return .initialize(transaction.producer, aborting: aborting)
    }

    /// The state after an initialization that had to abort is durable.
    mutating func initialized(_ id: String, _ identity: ProducerIdentity) {
        guard var transaction = transactions[id], transaction.producerID == identity.id,
            transaction.epoch == identity.epoch,
            case .ending = transaction.phase
        else { return }
        transaction.phase = .empty
        store(transaction)
    }
}

// MARK: Within a transaction

extension TransactionCoordinator {
    /// Why a request of a producer is refused, nil if it is the current one.
    ///
    /// - Parameter fenced: how this API says that there is a newer producer.
    func check(_ id: String, _ producer: ProducerIdentity, fenced: ErrorCode) -> ErrorCode? {
        guard let transaction = transactions[id], transaction.producerID == producer.id else {
            return .invalidProducerIDMapping
        }
        guard transaction.isOf(producer.epoch) else { return fenced }
        if case .ending = transaction.phase { return .concurrentTransactions }
        return nil
    }

    /// Adds partitions, and groups whose offsets will be committed, beginning a transaction if there is none.
    mutating func add(
        _ id: String, _ producer: ProducerIdentity, partitions: [TopicPartition] = [], groups: [String] = [],
        now: BrokerTime
    ) -> ErrorCode {
        if let refusal = check(id, producer, fenced: .producerFenced) { return refusal }
        join(id, partitions: partitions, groups: groups, now)
        return .none
    }

    /// Makes partitions and groups part of the transaction, which begins if there is none.
    mutating func join(_ id: String, partitions: [TopicPartition] = [], groups: [String] = [], _ now: BrokerTime) {
        guard var transaction = transactions[id] else { return }
        if transaction.phase != .ongoing {
            transaction.phase = .ongoing
            transaction.partitions = []
            transaction.groups = []
            transaction.startedAt = now.wall
            transaction.deadline = now.monotonic + Int64(transaction.timeoutMilliseconds)
            // Whoever began it has got its identity.
            transaction.predecessor = nil
        }
        transaction.partitions.formUnion(partitions)
        transaction.groups.formUnion(groups)
        transactions[id] = transaction
    }

    /// What a produce request's transactional id stands for, looked up once for all of its partitions.
    struct ProduceCheck: Hashable, Sendable {
        var id: String
        /// A batch makes its partition part of the transaction.
        var adds: Bool
    }

    /// Whether a transactional batch may be appended to the partition.
    ///
    /// A partition has to be added first, since a batch that arrives late could otherwise end up in the next
    /// transaction. Where each transaction has an epoch of its own it cannot, and the batch itself adds the partition
    /// (KIP-890). After a restart it is enough to be the current producer: what was added before is known again only
    /// if it was written to.
    ///
    /// - Parameter adds: the batch adds the partition.
    mutating func admit(
        _ id: String, _ producer: ProducerIdentity, to partition: TopicPartition, adds: Bool = false, now: BrokerTime
    ) -> ErrorCode {
        guard let transaction = transactions[id], transaction.producerID == producer.id else {
            return .invalidProducerIDMapping
        }
        guard transaction.isOf(producer.epoch) else { return .invalidProducerEpoch }
        switch transaction.phase {
        case .ending: return .concurrentTransactions
        case .ongoing where transaction.partitions.contains(partition): return .none
        case .ongoing, .empty, .completed:
            guard adds || transaction.isRecovered else { return .invalidTxnState }
            join(id, partitions: [partition], now)
            return .none
        }
    }
}

extension TransactionCoordinator {
    /// Whether offsets of the group may be committed in the transaction; like for partitions, the group has to be added
    /// first, or is by this.
    mutating func admit(
        _ id: String, _ producer: ProducerIdentity, group: String, adds: Bool = false, now: BrokerTime
    ) -> ErrorCode {
        if let refusal = check(id, producer, fenced: .invalidProducerEpoch) { return refusal }
        guard let transaction = transactions[id] else { return .invalidProducerIDMapping }
        if transaction.phase == .ongoing, transaction.groups.contains(group) { return .none }
        guard adds || transaction.isRecovered else { return .invalidTxnState }
        join(id, groups: [group], now)
        return .none
    }
}
