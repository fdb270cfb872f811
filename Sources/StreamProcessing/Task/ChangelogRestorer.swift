import Kafka
import LogLimit
import Logging
import OrderEvents

/// Brings the local state of partitions up to their changelog.
///
/// The point to reach is the changelog's end as it stands (its high watermark, not the last stable offset)
/// after the inputs' committed offsets were found stable. A predecessor may have died between its
/// transaction's commit and the markers in this partition. Reading committed records up to the high
/// watermark waits for these markers. So the state can never lack a batch whose offsets are committed.
struct ChangelogRestorer {
    let topic: String
    let layout: HomeLayout
    let stateOf: StateOfRecord
    let client: any TaskClient
    let logger: Logger

    private let foreign = LogLimiter(.error, "a changelog record is not the service's own and is skipped")

    private func restore(
        _ key: UnsafeRawBufferPointer, _ record: Record, into batch: StateBatch, _ state: inout [UInt8]
    ) {
        // What a move has copied elsewhere is no state of this home, nor what somebody wrote to the wrong one. Other
        // keys than orders' don't move.
        if OrderID(key: key) != nil, layout.place(ofKey: key, topic, record.partition, record.offset) != .home {
            return
        }
        guard let value = record.value else { return batch.set(partition: record.partition, key: key, value: nil) }
        state.removeAll(keepingCapacity: true)
        do {
            try stateOf(key, value, &state)
            state.withUnsafeBytes { batch.set(partition: record.partition, key: key, value: $0) }
        } catch {
            foreign.log(
                to: logger,
                [
                    "topic": "\(topic)", "partition": "\(record.partition)", "offset": "\(record.offset)",
                    "error": "\(error)",
                ])
        }
    }

    /// Restores `partitions`. Blocks.
    func restore(_ partitions: [Int32], into database: any StateStore) throws {
        if partitions.isEmpty { return }
        let started = ContinuousClock.now
        var ranges: [Int32: Range<Int64>] = [:]
        // Open transactions count: their commit must not be missed.
        for (partition, marks) in try client.watermarks(of: topic, partitions, countingOpen: true) {
            let (first, end) = (marks.low, marks.high)
            var reached = try database.changelogOffset(partition: partition) ?? 0
            if reached > end {
                // The log was wiped or replaced: what is here belongs to another history.
                logger.warning(
                    "local state is ahead of its changelog and is rebuilt",
                    metadata: [
                        "topic": "\(topic)", "partition": "\(partition)", "state": "\(reached)", "log": "\(end)",
                    ])
                try database.removePartition(partition)
                reached = 0
            }
            let start = max(reached, first)
            if start < end { ranges[partition] = start..<end }
        }
        let batch = StateBatch()
        var state: [UInt8] = []
        let records = try client.replay(topic, ranges) { polled, reached in
            for record in polled {
                guard let key = record.key else { continue }
                restore(key, record, into: batch, &state)
            }
            for (partition, offset) in reached { batch.setChangelogOffset(offset, partition: partition) }
            try database.write(batch)
            batch.removeAll()
        }
        if ranges.isEmpty { return }
        logger.info(
            "state restored",
            metadata: [
                "topic": "\(topic)", "partitions": "\(ranges.keys.sorted())", "records": "\(records)",
                "took": "\(ContinuousClock.now - started)",
            ])
    }
}
