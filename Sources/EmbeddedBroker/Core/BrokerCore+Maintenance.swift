/// What a broker does now and then: retention, expiry of silent producers, compaction.
extension BrokerCore {
    func maintain() {
        timers.set(.maintenance, at: now.monotonic + settings.maintenanceIntervalMilliseconds)
        guard failure == nil else { return }
        for log in logs.values.sorted(by: { $0.id < $1.id }) {
            rollExpired(log)
            moveStart(of: log, to: log.retentionStart(now: now.wall) ?? log.startOffset)
            log.expireProducers(before: now.wall - settings.producerExpirationMilliseconds)
        }
        expireTransactionalIDs()
        startCompaction()
    }

    /// Closes an active segment whose records are all older than their retention, so that they can go although nothing new comes.
    private func rollExpired(_ log: PartitionLog) {
        let active = log.activeSegment
        guard log.config.deletes, log.config.retentionMilliseconds >= 0, !active.isEmpty,
            active.age(at: now.wall) > log.config.retentionMilliseconds
        else { return }
        pending.add(.roll, logID: log.id, offset: log.nextOffset)
        log.roll(now: now.wall)
    }

    /// Transactional ids that nobody has used for long are forgotten.
    private func expireTransactionalIDs() {
        let idle = transactions.idle(since: now.wall - settings.transactionalIDExpirationMilliseconds)
        guard !idle.isEmpty else { return }
        for id in idle { transactions.forget(id) }
        append(idle.map(TransactionRecord.tombstone), to: .transactions)
    }
}
