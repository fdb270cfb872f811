import Kafka
import Logging
import OrderEvents

/// Brings what the state keeps of the input up to what the group has committed.
///
/// The input itself is the changelog of that part of the state, as Kafka Streams does with a table's source topic:
/// nothing is written twice. What was written together with an input offset (`StateBatch.setInputOffset`) is there; the
/// records from there to the group's committed offset are read again, and each leaves what it would have left when it
/// was processed. It is kept for as long as the input topic is, at least, and where the local state is not lost for the
/// state's horizon.
///
/// Runs after the changelog is restored: what that says of a key stands.
struct InputRestorer {
    let topic: String
    let stateOf: StateOfInput
    let layout: HomeLayout
    let client: any TaskClient
    let logger: Logger

    /// - Parameter committed: the group's offset of each assigned partition of the topic; a partition without one has
    ///   nothing to restore.
    /// - Returns: partitions whose state belongs to another log, and was removed: their changelog has to be restored
    ///   again.
    func restore(_ committed: [Int32: Int64], into database: any StateStore) throws -> [Int32] {
        let started = ContinuousClock.now
        var ranges: [Int32: Range<Int64>] = [:]
        var replaced: [Int32] = []
        let watermarks = try client.watermarks(of: topic, committed.keys.sorted(), countingOpen: false)
        for (partition, goal) in committed.sorted(by: { $0.key < $1.key }) {
            guard let marks = watermarks[partition] else { continue }
            var reached = try database.inputOffset(partition: partition) ?? 0
            if reached > marks.high {
                logger.warning(
                    "local state is ahead of its input and is rebuilt",
                    metadata: [
                        "topic": "\(topic)", "partition": "\(partition)", "state": "\(reached)", "log": "\(marks.high)",
                    ])
                try database.removePartition(partition)
                replaced.append(partition)
                reached = 0
            }
            let start = max(reached, marks.low)
            ranges[partition] = start..<max(start, min(goal, marks.high))
        }
        if !replaced.isEmpty { return replaced }
        let batch = StateBatch()
        let records = try client.replay(topic, ranges) { polled, reached in
            try take(polled, ranges, database, into: batch)
            for (partition, offset) in reached {
                batch.setInputOffset(min(offset, ranges[partition]!.upperBound), partition: partition)
            }
            try database.write(batch)
            batch.removeAll()
        }
        guard records > 0 else { return [] }
        logger.info(
            "state restored from the input",
            metadata: [
                "topic": "\(topic)", "partitions": "\(ranges.keys.sorted())", "records": "\(records)",
                "took": "\(ContinuousClock.now - started)",
            ])
        return []
    }

    /// Of each key the first record counts, and only where nothing is known of it.
    private func take(
        _ polled: RecordBatch, _ ranges: [Int32: Range<Int64>], _ database: any StateStore, into batch: StateBatch
    ) throws {
        var taken: [Int32: Set<[UInt8]>] = [:]
        var (key, state): ([UInt8], [UInt8]) = ([], [])
        for record in polled where ranges[record.partition]?.contains(record.offset) == true {
            key.removeAll(keepingCapacity: true)
            state.removeAll(keepingCapacity: true)
            guard stateOf(record, layout, &key, &state), taken[record.partition, default: []].insert(key).inserted
            else { continue }
            try key.withUnsafeBytes { key in
                guard try database.withValue(partition: record.partition, key: key, { $0 == nil }) else { return }
                state.withUnsafeBytes { batch.set(partition: record.partition, key: key, value: $0) }
            }
        }
    }
}
