import Kafka

/// A position that was cut away is never passed over in silence: a consumer's own reset would do just that.
extension TaskRun {
    /// Where to begin in these partitions. Waits until no transaction is pending on the group's offsets: what they say is then final.
    func startPositions(of partitions: [TopicPartition]) throws -> [TopicPartition: StartOffset] {
        let committed = try consumer.committed(partitions, timeout: .seconds(60))
        let plan = StartPlan(
            partitions, committed: committed, begins: try consumer.beginnings(of: partitions), ends: try consumer.ends(of: partitions),
            now: context.nowMilliseconds)
        unrecordedCuts = plan.cuts
        for cut in plan.cuts {
            logger.error(
                cut.isReplaced
                    ? "the log is another one than the group has read; it begins at the oldest record"
                    : "records that the group had not read are gone; it goes on at the oldest one that is left",
                metadata: ["group": "\(definition.group)", "partition": "\(cut.place)", "from": "\(cut.from)", "to": "\(cut.to)"])
            metrics.cut(cut)
        }
        return plan.starts
    }

    /// Writes the cuts down, in one transaction with the positions behind them: a crash before it finds them again, one after it has them recorded.
    func recordCuts() throws {
        guard !unrecordedCuts.isEmpty else { return }
        if let cutJournal {
            try settleAbort()
            do {
                try producer.beginTransaction()
                let topic = try producer.topic(cutJournal.topic)
                for cut in unrecordedCuts {
                    let (key, value) = try cutJournal.record(cut)
                    try key.withUnsafeBytes { key in
                        try value.withUnsafeBytes { try producer.produce(to: topic, partition: 0, key: key, value: $0, whenFull: .wait) }
                    }
                }
                let positions = Dictionary(uniqueKeysWithValues: unrecordedCuts.map { ($0.place, $0.to) })
                try producer.sendOffsets(positions, of: consumer)
                try commitTransaction()
            } catch {
                owesAbort = true
                throw error
            }
        }
        unrecordedCuts.removeAll()
    }
}
