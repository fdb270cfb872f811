import Kafka
import Logging

/// Reads again what partitions of a topic hold, committed records only, from where a state has come to up to a goal.
struct PartitionReplay {
    let topic: String
    let settings: KafkaSettings
    let clientID: String
    let logger: Logger
    /// No progress for this long is a failure; longer than a dead predecessor's transaction timeout.
    var patience: Duration = .seconds(120)

    /// Hands over one poll after the other, with the next offset of each partition that went on. Blocks. Returns how
    /// many records it was.
    func run(_ ranges: [Int32: Range<Int64>], _ take: (RecordBatch, _ reached: [Int32: Int64]) throws -> Void) throws
        -> Int
    {
        var goals = ranges.filter { !$0.value.isEmpty }.mapValues(\.upperBound)
        if goals.isEmpty { return 0 }
        let consumer = try KafkaConsumer(
            settings: settings, clientID: "\(clientID)-restore", options: ["check.crcs": "true"], logger: logger)
        defer { consumer.close() }
        let partitions = goals.keys.sorted().map { TopicPartition(topic: topic, partition: $0) }
        try consumer.assign(partitions.map { ($0, .offset(ranges[$0.partition]!.lowerBound)) })
        var records = 0
        var positions: [Int32: Int64] = [:]
        let clock = ContinuousClock()
        var lastProgress = clock.now
        while !goals.isEmpty {
            let polled = try consumer.poll(max: 5_000, timeout: .milliseconds(200))
            records += polled.count
            // Past the markers that follow the last record, too: a transaction's end is not delivered as a record.
            var reached: [Int32: Int64] = [:]
            for (target, offset) in try consumer.position(partitions) where offset > positions[target.partition] ?? 0 {
                positions[target.partition] = offset
                reached[target.partition] = offset
            }
            if !reached.isEmpty {
                try take(polled, reached)
                lastProgress = clock.now
            } else if clock.now - lastProgress > patience {
                throw ReplayStalled(
                    description:
                        "the state could not be restored: no record of \(topic) arrived for \(patience); still missing partitions \(goals.keys.sorted())"
                )
            }
            for (partition, offset) in reached {
                if let goal = goals[partition], offset >= goal { goals[partition] = nil }
            }
        }
        return records
    }
}

/// The records that a state is restored from do not come.
struct ReplayStalled: ClassifiedError, CustomStringConvertible {
    let description: String
    var fault: Fault { .life(code: "state_failed") }
}
