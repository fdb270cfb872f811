/// What a restart brings back, and what time takes away.
extension TransactionCoordinator {
    /// Takes a state that was persisted.
    mutating func restore(_ transaction: Transaction) {
        var restored = transaction
        restored.isRecovered = true
        store(restored)
    }

    /// A partition has an open transaction of this producer, or groups have pending offsets of it.
    ///
    /// - Returns: false if no transactional id has this producer, so that nobody would ever end it.
    mutating func recover(
        producerID: Int64, partitions: [TopicPartition] = [], groups: [String] = [], now: BrokerTime
    ) -> Bool {
        guard let id = transaction(ofProducer: producerID)?.id else { return false }
        join(id, partitions: partitions, groups: groups, now)
        return true
    }

    /// A topic is gone: nothing is left there to be marked.
    mutating func forget(topic: String) {
        for (id, transaction) in transactions where transaction.partitions.contains(where: { $0.topic == topic }) {
            update(id) { $0.partitions = transaction.partitions.filter { $0.topic != topic } }
        }
    }

    /// Transactional ids that have been idle since before `horizon` (milliseconds since 1970), sorted.
    func idle(since horizon: Int64) -> [String] {
        transactions.values.filter { transaction in
            switch transaction.phase {
            case .empty, .completed: transaction.lastUpdate < horizon
            case .ongoing, .ending: false
            }
        }.map(\.id).sorted()
    }
}
