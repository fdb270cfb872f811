import Kafka
import Logging
import OrderEvents

/// Brings the local state of partitions up to their changelog.
///
/// The point to reach is the changelog's end as it stands (its high watermark, not the last stable offset)
/// after the inputs' committed offsets were found stable. A predecessor may have died between its
/// transaction's commit and the markers in this partition; reading committed records up to the high
/// watermark waits for these markers, so the state can never lack a batch whose offsets are committed.
struct ChangelogRestorer {
    let topic: String
    let layout: HomeLayout
    let stateOf: StateOfRecord
    let settings: KafkaSettings
    let clientID: String
    let logger: Logger
    /// No progress for this long fails the restore; longer than a dead predecessor's transaction timeout.
    var patience: Duration = .seconds(120)

    private func restore(_ key: UnsafeRawBufferPointer, _ record: Record, into batch: StateBatch, _ state: inout [UInt8]) {
        // What a move has copied elsewhere is no state of this home, nor what somebody wrote to the wrong one. Other keys than orders' don't move.
        if OrderID(key: key) != nil, layout.place(ofKey: key, topic, record.partition, record.offset) != .home { return }
        guard let value = record.value else { return batch.set(partition: record.partition, key: key, value: nil) }
        state.removeAll(keepingCapacity: true)
        do {
            try stateOf(key, value, &state)
            state.withUnsafeBytes { batch.set(partition: record.partition, key: key, value: $0) }
        } catch {
            logger.error(
                "a changelog record is not the service's own and is passed over",
                metadata: ["topic": "\(topic)", "partition": "\(record.partition)", "offset": "\(record.offset)", "error": "\(error)"])
        }
    }

    /// Restores `partitions`. Blocks.
    func restore(_ partitions: [Int32], into database: StateDatabase) throws {
        if partitions.isEmpty { return }
        let clock = ContinuousClock()
        let started = clock.now
        let consumer = try KafkaConsumer(
            settings: settings, clientID: "\(clientID)-restore", options: ["check.crcs": "true"], logger: logger)
        defer { consumer.close() }
        // Its answers count open transactions, too: their commit must not be missed.
        let probe = try KafkaConsumer(
            settings: settings, clientID: "\(clientID)-probe", options: ["isolation.level": "read_uncommitted"], logger: logger)
        defer { probe.close() }

        var goals: [Int32: Int64] = [:]
        var starts: [(TopicPartition, StartOffset)] = []
        for partition in partitions {
            let target = TopicPartition(topic: topic, partition: partition)
            let marks = try probe.watermarks(target, timeout: .seconds(30))
            let (first, end) = (marks.low, marks.high)
            var reached = try database.changelogOffset(partition: partition) ?? 0
            if reached > end {
                // The log was wiped or replaced: what is here belongs to another history.
                logger.warning(
                    "local state is ahead of its changelog and is rebuilt",
                    metadata: ["topic": "\(topic)", "partition": "\(partition)", "state": "\(reached)", "log": "\(end)"])
                try database.removePartition(partition)
                reached = 0
            }
            let start = max(reached, first)
            if start >= end { continue }
            goals[partition] = end
            starts.append((target, .offset(start)))
        }
        if goals.isEmpty { return }
        try consumer.assign(starts)

        let batch = StateBatch()
        var state: [UInt8] = []
        var records = 0
        var positions: [Int32: Int64] = [:]
        var lastProgress = clock.now
        while !goals.isEmpty {
            let polled = try consumer.poll(max: 5_000, timeout: .milliseconds(200))
            var next: [Int32: Int64] = [:]
            for record in polled {
                guard let key = record.key else { continue }
                restore(key, record, into: batch, &state)
                records += 1
            }
            // Past the markers that follow the last record, too: a transaction's end is not delivered as a record.
            for (target, offset) in try consumer.position(starts.map(\.0)) where offset > positions[target.partition] ?? 0 {
                positions[target.partition] = offset
                next[target.partition] = offset
            }
            for (partition, offset) in next { batch.setChangelogOffset(offset, partition: partition) }
            if !next.isEmpty {
                try database.write(batch)
                batch.removeAll()
                lastProgress = clock.now
            } else if clock.now - lastProgress > patience {
                throw StateError(
                    .restore, path: database.path,
                    detail: "no record of \(topic) arrived for \(patience); still missing partitions \(goals.keys.sorted())")
            }
            for (partition, offset) in next {
                if let goal = goals[partition], offset >= goal { goals[partition] = nil }
            }
        }
        logger.info(
            "state restored",
            metadata: [
                "topic": "\(topic)", "partitions": "\(starts.map(\.0.partition))", "records": "\(records)",
                "took": "\(clock.now - started)",
            ])
    }
}
