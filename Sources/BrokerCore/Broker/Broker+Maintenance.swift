/// What a broker does now and then: retention, expiry of silent producers, compaction.
extension Broker {
    func maintain() {
        timers.set(.maintenance, at: now.monotonic + settings.maintenanceIntervalMilliseconds)
        guard failure == nil else { return }
        for log in logs.values.sorted(by: { $0.id < $1.id }) {
            rollExpired(log)
            applyRetention(to: log)
            removeLeftovers(of: log)
            log.expireProducers(before: now.wall - settings.producerExpirationMilliseconds)
        }
        expireTransactionalIDs()
        startCompaction()
    }

    /// Transactional ids that nobody has used for long are forgotten.
    private func expireTransactionalIDs() {
        let idle = transactions.idle(since: now.wall - settings.transactionalIDExpirationMilliseconds)
        guard !idle.isEmpty else { return }
        for id in idle { transactions.forget(id) }
        append(idle.map(TransactionRecord.tombstone), to: .transactions)
    }
}
