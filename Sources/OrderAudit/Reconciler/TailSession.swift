import Kafka
import Logging
import OrderEvents
import StreamProcessing

/// The reconciler's clients: one reader of everything, without a group, and one that asks how far the services are.
/// Used by one task on its thread.
final class TailSession {
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
                "fetch.min.bytes": "262144", "fetch.wait.max.ms": "500", "fetch.max.bytes": "4194304",
                // The read-ahead is one for all partitions. While it is full, those whose turn comes last are never
                // asked for: it must hold more than comes between two readings. At 2,000 orders a second that is 4 MiB.
                "queued.min.messages": "100000", "queued.max.messages.kbytes": "16384",
                // What was deleted before it was read is not skipped in silence.
                "auto.offset.reset": "error",
            ], logger: logger)
        admin = try KafkaAdmin(settings: settings, clientID: "reconciler-admin", logger: logger)
    }

    nonisolated(nonsending) func close() async {
        consumer.close()
        await admin.close(timeout: .seconds(1))
    }

    /// Where it stands, as last known.
    private(set) var lastPositions: [TopicPartition: Int64] = [:]

    /// Begins where the services are: with the orders that none of them has taken yet, and at the ends of what they
    /// write.
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
        // The ends first: what an order leads to that is not committed when that is asked lies behind them.
        starts = try await admin.endOffsets(partitions)
        let orders = partitions.filter { $0.topic == Topics.orders.name }
        let begins = try await admin.beginningOffsets(orders)
        for (partition, progress) in try await progress(Int(homes)).enumerated() {
            let place = TopicPartition(topic: Topics.orders.name, partition: Int32(partition))
            let taken = Consumption.allCases.filter { $0.topic == .orders }.map { progress[$0] }.max() ?? 0
            starts[place] = min(starts[place] ?? 0, max(begins[place] ?? 0, taken))
        }
        return try begin()
    }

    /// Offsets of the orders' topic from some places up to where this session began.
    func orders(from places: [TopicPartition: Int64]) -> Int {
        starts.reduce(0) { sum, start in
            guard start.key.topic == Topics.orders.name, let place = places[start.key] else { return sum }
            return sum + Int(max(0, start.value - place))
        }
    }

    /// Begins at the ends once more. Returns how many offsets lie between, of all topics and of the orders' topic.
    nonisolated(nonsending) func moveToEnds() async throws -> (TailCore, records: Int64, orders: Int) {
        let before = try positions()
        let ends = try await admin.endOffsets(Array(starts.keys))
        let skipped = ends.reduce(Int64(0)) { $0 + max(0, $1.value - (before[$1.key] ?? $1.value)) }
        starts = ends
        let core = try begin()
        return (core, skipped, orders(from: before))
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
                let code = record.headers.first { $0.name == DeadLetterHeader.code }?.text
                core.takeLetter(record.value, code: code, of: topic, partition: record.partition, at: now)
            }
        }
        return batch.count
    }

    /// The next offset to be read of every partition.
    func positions() throws -> [TopicPartition: Int64] {
        // One that has delivered nothing yet has no position: it is where it began. After starting over an old position
        // may be left.
        lastPositions = starts.merging(try consumer.position(Array(starts.keys))) { max($0, $1) }
        return lastPositions
    }

    /// How far the services have committed, and what the topics hold just after that.
    nonisolated(nonsending) func look(_ partitions: Int, at now: Timestamp) async throws -> TailBarriers.Look {
        let progress = try await progress(partitions)
        return TailBarriers.Look(at: now, progress: progress, ends: try await admin.endOffsets(Array(starts.keys)))
    }

    private nonisolated(nonsending) func progress(_ homes: Int) async throws -> [PartitionProgress] {
        try await admin.progress(homes, of: Topology.path(to: Topology.sink).map(\.group))
    }
}
