import Kafka
import Logging

/// Reads ranges of partitions, committed records only, a batch at a time: nothing is held.
struct DeadLetterReader {
    let settings: KafkaSettings
    let logger: Logger
    /// How long nothing may come before it is given up.
    var patience: Duration = .seconds(60)

    /// Hands every record in the ranges to `body`, each partition's in order, until it has no more or `body` says
    /// false. Blocks.
    ///
    /// - Throws: ``DeadLetterError`` if nothing arrives for too long; `KafkaError`; what `body` throws.
    func read(_ ranges: [TopicPartition: Range<Int64>], _ body: (String, Record) throws -> Bool) throws {
        var open = ranges.filter { !$0.value.isEmpty }
        if open.isEmpty { return }
        let consumer = try KafkaConsumer(settings: settings, clientID: "orders-dlq", logger: logger)
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
                throw DeadLetterError(
                    "nothing arrived for \(patience) while reading \(open.keys.sorted().map(\.description).joined(separator: ", "))"
                )
            }
        }
    }
}

/// The desk could not do what it was asked for; nothing was done by halves.
public struct DeadLetterError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
