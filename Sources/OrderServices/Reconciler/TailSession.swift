import Kafka
import Logging
import OrderEvents

/// The reconciler's clients: one reader of everything, without a group, and one that asks how far the services are. Used by one task on its thread.
final class TailSession {
    /// How far the services had committed, and what the topics held just after that.
    struct Checkpoint: Sendable {
        var progress: [PartitionProgress]
        var ends: [TopicPartition: Int64]

        func isReached(by positions: [TopicPartition: Int64]) -> Bool { ends.allSatisfy { positions[$0.key] ?? 0 >= $0.value } }
        func lag(from positions: [TopicPartition: Int64]) -> Int64 { ends.reduce(0) { $0 + max(0, $1.value - (positions[$1.key] ?? 0)) } }
    }

    private let consumer: KafkaConsumer
    private let admin: KafkaAdmin
    private let settings: KafkaSettings
    private let logger: Logger
    private var homes: Int32 = 0
    /// Of the layout that this follows.
    private(set) var generation = 0
    private var starts: [TopicPartition: Int64] = [:]
    /// By the consumer's own numbers.
    private var flowTopics: [TopicID: FlowTopic] = [:]
    private var letterTopics: [TopicID: FlowTopic] = [:]

    init(settings: KafkaSettings, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        consumer = try KafkaConsumer(
            settings: settings, clientID: "reconciler",
            options: [
                // Few large answers instead of one for every transaction.
                "fetch.min.bytes": "262144", "fetch.wait.max.ms": "500", "queued.min.messages": "2000", "queued.max.messages.kbytes": "1024",
                "fetch.max.bytes": "1048576",
            ], logger: logger)
        admin = try KafkaAdmin(settings: settings, clientID: "reconciler-admin", logger: logger)
    }

    nonisolated(nonsending) func close() async {
        consumer.close()
        await admin.close(timeout: .seconds(1))
    }

    /// Begins at the ends of all topics.
    nonisolated(nonsending) func start() async throws -> TailCore {
        let metadata = try await admin.metadata()
        let layout = try await PlatformLayout(kafka: settings, admin: admin, logger: logger).require()
        (homes, generation) = (layout.homes, layout.generation)
        let letters = Consumption.allCases.filter { metadata[topic: $0.deadLetterTopic] != nil }
        for topic in FlowTopic.allCases { flowTopics[consumer.topicID(topic.name)] = topic }
        for consumption in letters { letterTopics[consumer.topicID(consumption.deadLetterTopic)] = consumption.topic }
        let partitions = (FlowTopic.allCases.map(\.name) + letters.map(\.deadLetterTopic)).flatMap { name in
            (metadata[topic: name]?.partitions ?? []).map { TopicPartition(topic: name, partition: $0.id) }
        }
        starts = try await admin.endOffsets(partitions)
        return try begin()
    }

    /// Begins at the ends once more. Returns how many offsets lie between.
    nonisolated(nonsending) func startAgain() async throws -> (TailCore, skipped: Int64) {
        let before = try positions()
        let ends = try await admin.endOffsets(Array(starts.keys))
        let skipped = ends.reduce(Int64(0)) { $0 + max(0, $1.value - (before[$1.key] ?? $1.value)) }
        starts = ends
        return (try begin(), skipped)
    }

    private func begin() throws -> TailCore {
        try consumer.assign(starts.sorted { $0.key < $1.key }.map { ($0.key, .offset($0.value)) })
        return TailCore(
            starts: (0..<homes).map { partition in
                FlowTopic.allCases.map { starts[TopicPartition(topic: $0.name, partition: partition)] ?? 0 }
            })
    }

    /// Takes what is there, without waiting. Returns how many records it was.
    func read(max: Int, into core: inout TailCore, at now: Timestamp) throws -> Int {
        let batch = try consumer.poll(max: max, timeout: .zero)
        for record in batch {
            if let topic = flowTopics[record.topic] {
                core.take(Audit.LogRecord(record, findsReplays: false), of: topic, partition: record.partition, at: now)
            } else if let topic = letterTopics[record.topic] {
                core.takeLetter(record.value, of: topic, partition: record.partition, at: now)
            }
        }
        return batch.count
    }

    /// The next offset to be read of every partition.
    func positions() throws -> [TopicPartition: Int64] {
        // One that has delivered nothing yet has no position: it is where it began. After beginning anew an old position may be left.
        starts.merging(try consumer.position(Array(starts.keys))) { max($0, $1) }
    }

    nonisolated(nonsending) func checkpoint(_ partitions: Int) async throws -> Checkpoint {
        var progress = Array(repeating: PartitionProgress(), count: partitions)
        for group in ConsumerGroups.all where group != ConsumerGroups.alerting {
            let committed = try await admin.committedOffsets(ofGroup: group)
            for consumption in Consumption.allCases where consumption.group == group {
                for partition in 0..<partitions {
                    progress[partition][consumption] = committed[TopicPartition(topic: consumption.topic.name, partition: Int32(partition))] ?? 0
                }
            }
        }
        return Checkpoint(progress: progress, ends: try await admin.endOffsets(Array(starts.keys)))
    }
}
