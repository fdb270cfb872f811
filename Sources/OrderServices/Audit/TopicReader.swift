import Kafka
import Logging

/// Reads what topics hold, from their beginning to given ends, committed records only.
struct TopicReader {
    let settings: KafkaSettings
    let logger: Logger

    /// Hands every record below the ends to `body`, partition by partition in order. Blocks.
    ///
    /// - Throws: an error if nothing arrives for a minute.
    func read(_ ends: [TopicPartition: Int64], _ body: (Record) throws -> Void) throws {
        var open = ends.filter { $0.value > 0 }
        if open.isEmpty { return }
        let consumer = try KafkaConsumer(settings: settings, clientID: "audit", logger: logger)
        defer { consumer.close() }
        try consumer.assign(open.keys.map { ($0, .beginning) })
        let topicNames = Set(open.keys.map(\.topic)).map { (consumer.topicID($0), $0) }
        let names = Dictionary(uniqueKeysWithValues: topicNames)
        var lastProgress = ContinuousClock.now
        while !open.isEmpty {
            let batch = try consumer.poll(max: 10_000, timeout: .milliseconds(100))
            for record in batch {
                let partition = TopicPartition(topic: names[record.topic] ?? "", partition: record.partition)
                if let end = ends[partition], record.offset < end { try body(record) }
            }
            let before = open.count
            for (partition, position) in try consumer.position(Array(open.keys)) where position >= open[partition] ?? 0 {
                open[partition] = nil
            }
            if !batch.isEmpty || open.count < before {
                lastProgress = .now
            } else if ContinuousClock.now - lastProgress > .seconds(60) {
                throw AuditError("no record arrived for a minute while reading \(open.keys.sorted())")
            }
        }
    }
}

/// The audit could not be carried out; says nothing about the data.
public struct AuditError: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
