import Kafka
import Logging

/// Reads what partitions hold, from a given offset to a given end, committed records only. Each partition once: where a
/// reader has been, it would take its old position for the new one.
final class TopicReader {
    private let consumer: KafkaConsumer
    private var done: Set<TopicPartition> = []

    init(settings: KafkaSettings, logger: Logger) throws {
        consumer = try KafkaConsumer(settings: settings, clientID: "audit", logger: logger)
    }

    func close() { consumer.close() }

    /// Hands every record in `range` to `body`, in order. Blocks.
    ///
    /// - Throws: an error if nothing arrives for a minute.
    func read(_ partition: TopicPartition, _ range: Range<Int64>, _ body: (Record) throws -> Void) throws {
        if range.isEmpty { return }
        precondition(done.insert(partition).inserted, "a reader reads each partition once")
        try consumer.assign([(partition, .offset(range.lowerBound))])
        let topic = consumer.topicID(partition.topic)
        var lastProgress = ContinuousClock.now
        var position = range.lowerBound
        while position < range.upperBound {
            let batch = try consumer.poll(max: 10_000, timeout: .milliseconds(100))
            for record in batch where record.topic == topic && record.partition == partition.partition {
                if record.offset < range.upperBound { try body(record) }
            }
            // Past the markers that follow the last record, too: they are not delivered.
            let reached = try consumer.position([partition])[partition] ?? position
            if reached > position {
                position = reached
                lastProgress = .now
            } else if ContinuousClock.now - lastProgress > .seconds(60) {
                throw AuditError(
                    "no record arrived for a minute while reading \(partition) from \(position) to \(range.upperBound)")
            }
        }
    }
}

/// The audit could not be carried out; says nothing about the data.
public struct AuditError: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
