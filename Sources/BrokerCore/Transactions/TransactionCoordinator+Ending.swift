import KafkaProtocol

/// How transactions end.
extension TransactionCoordinator {
    enum EndDecision: Hashable, Sendable {
        /// Write the markers and the new state, then call ``ended(_:)`` and answer.
        case end(Ending)
        /// It has that outcome already, or there is nothing to end.
        case alreadyDone
        /// A producer id is needed: call ``end(_:_:commit:bumps:newProducerID:now:)`` again with one.
        case needsProducerID
        case refuse(ErrorCode)
    }

    /// The client commits or aborts.
    ///
    /// - Parameter bumps: the producer goes on in a new epoch, which tells this transaction's late requests from those
    ///   of the next (KIP-890). With it an abort of nothing is an end like any other.
    mutating func end(
        _ id: String, _ producer: ProducerIdentity, commit: Bool, bumps: Bool = false, newProducerID: Int64? = nil,
        now: BrokerTime
    ) -> EndDecision {
        guard var transaction = transactions[id] else { return .refuse(.invalidProducerIDMapping) }
        if bumps, producer == transaction.predecessor { return endAgain(transaction, commit: commit) }
        guard transaction.producerID == producer.id else { return .refuse(.invalidProducerIDMapping) }
        guard transaction.isOf(producer.epoch) else { return .refuse(.producerFenced) }
        switch transaction.phase {
        case .ending(let current): return .refuse(current == commit ? .concurrentTransactions : .invalidTxnState)
        case .completed(let outcome) where outcome == commit && !bumps: return .alreadyDone
        case .completed, .empty:
            // After a restart, a transaction that had written nothing yet is not known any more; it has nothing to end.
            guard bumps && !commit else { return transaction.isRecovered ? .alreadyDone : .refuse(.invalidTxnState) }
        case .ongoing: break
        }
        var ending = ending(of: transaction, commit: commit, producer: producer)
        if bumps {
            // The last epoch is left for the markers.
            let isExhausted = transaction.epoch >= .max - 1
            ending.producer.epoch += 1
            if isExhausted {
                guard let newProducerID else { return .needsProducerID }
                ending.successor = ProducerIdentity(id: newProducerID, epoch: 0)
            }
            let next = ending.successor ?? ending.producer
            (transaction.producerID, transaction.epoch, transaction.predecessor) = (next.id, next.epoch, producer)
        }
        transaction.phase = .ending(commit: commit)
        transaction.lastUpdate = now.wall
        store(transaction)
        return .end(ending)
    }

    /// A client that has not got the answer asks again, in the epoch that the transaction had.
    private func endAgain(_ transaction: Transaction, commit: Bool) -> EndDecision {
        switch transaction.phase {
        case .ending(let current): .refuse(current == commit ? .concurrentTransactions : .invalidTxnState)
        case .completed(let outcome): outcome == commit ? .alreadyDone : .refuse(.invalidTxnState)
        case .empty, .ongoing: .refuse(.producerFenced)
        }
    }

    /// A transaction has taken too long: it is aborted, and its producer fenced.
    mutating func expire(_ id: String, now: BrokerTime) -> Ending? {
        guard var transaction = transactions[id], transaction.phase == .ongoing, transaction.deadline <= now.monotonic
        else { return nil }
        let fencing = ProducerIdentity(id: transaction.producerID, epoch: transaction.epoch + 1)
        let ending = ending(of: transaction, commit: false, producer: fencing)
        transaction.epoch = fencing.epoch
        transaction.phase = .ending(commit: false)
        transaction.lastUpdate = now.wall
        store(transaction)
        return ending
    }

    /// The end of a transaction is durable.
    mutating func ended(_ ending: Ending) {
        guard var transaction = transactions[ending.transactionalID],
            transaction.producer == ending.successor ?? ending.producer,
            transaction.phase == .ending(commit: ending.commit)
        else { return }
        transaction.phase = .completed(commit: ending.commit)
        transaction.partitions = []
        transaction.groups = []
        transaction.isRecovered = false
        store(transaction)
    }

    func ending(of transaction: Transaction, commit: Bool, producer: ProducerIdentity) -> Ending {
        Ending(
            transactionalID: transaction.id, producer: producer, commit: commit,
            partitions: transaction.partitions.sorted(),
            groups: transaction.groups.sorted())
    }
}
