/// Retention: old and surplus segments go, but not what a declared reader of the topic still has to read.
extension Broker {
    /// Closes an active segment of which all is older than the retention, so that it can go although nothing new comes.
    func rollExpired(_ log: PartitionLog) {
        let active = log.activeSegment
        guard log.config.deletes, log.config.retentionMilliseconds >= 0, !active.isEmpty,
            active.age(at: now.wall) > log.config.retentionMilliseconds
        else { return }
        roll(log)
    }

    func applyRetention(to log: PartitionLog) {
        let slowest = slowestReader(of: log)
        let plan = log.retentionPlan(now: now.wall, slowest: slowest, unreadBytes: settings.unreadRetentionBytes)
        if let slowest { noteRetention(plan, log, slowest) }
        moveStart(of: log, to: plan.start ?? log.startOffset)
    }

    /// The declared group that has committed least of the log; nil if nobody is declared. A group that has committed
    /// nothing yet will begin with the first record.
    func slowestReader(of log: PartitionLog) -> SlowestReader? {
        guard let declared = settings.declaredReaders[log.topic], log === partition(log.topic, log.partition) else {
            return nil
        }
        let place = TopicPartition(topic: log.topic, partition: log.partition)
        return declared.sorted()
            .map { SlowestReader(group: $0, offset: groups.groups[$0]?.offsets.committed[place]?.offset ?? 0) }
            .min { $0.offset < $1.offset }
    }

    private func noteRetention(_ plan: RetentionPlan, _ log: PartitionLog, _ slowest: SlowestReader) {
        if let lost = plan.lost {
            note(
                .error,
                "records are lost: \(log) is larger than \(settings.unreadRetentionBytes) bytes, so retention deletes its offsets \(lost.lowerBound) to \(lost.upperBound - 1), which group \(slowest.group) has not read (it has committed \(slowest.offset))"
            )
        }
        guard log.keepsUnread != (plan.kept != nil) else { return }
        log.keepsUnread = plan.kept != nil
        if let kept = plan.kept {
            note(
                .warning,
                "\(log) keeps its offsets \(kept.lowerBound) to \(kept.upperBound - 1) (\(plan.keptBytes) bytes) beyond the topic's retention, since group \(slowest.group) has not read them (it has committed \(slowest.offset)); beyond \(settings.unreadRetentionBytes) bytes of the partition they are lost"
            )
        } else {
            note(.notice, "\(log) keeps nothing beyond the topic's retention any more")
        }
    }

    /// Says what an admin's request deletes, and which declared readers had not read it.
    func noteDeletion(of log: PartitionLog, before offset: Int64) {
        guard offset > log.startOffset else { return }
        let what =
            "\(log): the offsets \(log.startOffset) to \(offset - 1) are deleted, as a client asked"
        if let slowest = slowestReader(of: log), slowest.offset < offset {
            note(.warning, what + "; group \(slowest.group) has not read them all (it has committed \(slowest.offset))")
        } else {
            note(.notice, what)
        }
    }
}
