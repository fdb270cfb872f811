import Kafka
import Logging

/// Reads ranges of partitions, committed records only, a batch at a time: nothing is held.
package struct RangeReader {
    private let settings: KafkaSettings
    private let clientID: String
    private let logger: Logger
    /// How long nothing may come before it is given up.
    private let patience: Duration = .seconds(60)

    package init(settings: KafkaSettings, clientID: String, logger: Logger) {
        self.settings = settings
        self.clientID = clientID
        self.logger = logger
    }

    /// Hands every record in the ranges to `body`, each partition's in order, until it has no more or `body` says
    /// false. Blocks.
    ///
    /// - Throws: ``RangeReadError`` if nothing arrives for too long; `KafkaError`; what `body` throws.
    package func read(_ ranges: [TopicPartition: Range<Int64>], _ body: (String, Record) throws -> Bool) throws {
        var open = ranges.filter { !$0.value.isEmpty }
        if open.isEmpty { return }
        let consumer = try KafkaConsumer(settings: settings, clientID: clientID, logger: logger)
        defer { consumer.close() }
        try consumer.assign(open.map { ($0.key, .offset($0.value.lowerBound)) })
        let names = Dictionary(uniqueKeysWithValues: Set(open.keys.map(\.topic)).map { (consumer.topicID($0), $0) })
        var lastProgress = ContinuousClock.now
        while !open.isEmpty {
            let batch = try consumer.poll(max: 5_000, timeout: .milliseconds(100))
            for record in batch {
                guard let name = names[record.topic],
                    let range = ranges[TopicPartition(topic: name, partition: record.partition)],
                    range.contains(record.offset)
                else { continue }
                if try !body(name, record) { return }
            }
            let before = open.count
            for (partition, position) in try consumer.position(Array(open.keys))
            where position >= open[partition]?.upperBound ?? 0 {
                open[partition] = nil
            }
            if !batch.isEmpty || open.count < before {
                lastProgress = .now
            } else if ContinuousClock.now - lastProgress > patience {
                throw RangeReadError(
                    description:
                        "nothing arrived for \(patience) while reading \(open.keys.sorted().map(\.description).joined(separator: ", "))"
                )
            }
        }
    }
}

/// A range was not read to its end.
package struct RangeReadError: Error, CustomStringConvertible {
    package let description: String
}
