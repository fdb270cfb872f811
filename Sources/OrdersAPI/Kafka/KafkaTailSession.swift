import Kafka
import Logging
import OrderEvents
import Synchronization

/// One consumer of order-analytics with the thread it blocks on.
///
/// Its calls come one after another, from the iterator that owns it.
final class KafkaTailSession: Sendable {
    private let consumer: KafkaConsumer
    private let admin: KafkaAdmin
    private let thread: DedicatedThread
    private let topic: String
    private let options: KafkaAnalyticsTail.Options
    private let life: ClientLife
    private let logger: Logger
    private let progress: Mutex<Progress>

    private struct Progress: Sendable {
        /// The next offset to read, by partition.
        var positions: [Int32: Int64] = [:]
        var partitionsChecked = ContinuousClock.now
        var unreadable = 0
        var watch: ReaderWatch
    }

    init(
        settings: KafkaSettings, topic: String, clientID: String, options: KafkaAnalyticsTail.Options, life: ClientLife,
        logger: Logger
    ) throws(KafkaError) {
        // So that its positions skip the markers of transactions.
        consumer = try KafkaConsumer(
            settings: settings, group: nil, clientID: clientID, options: ["enable.partition.eof": "true"],
            logger: logger)
        admin = try KafkaAdmin(settings: settings, clientID: clientID + "-admin", logger: logger)
        thread = DedicatedThread(name: "api-tail")
        self.topic = topic
        self.options = options
        self.life = life
        self.logger = logger
        progress = Mutex(Progress(watch: ReaderWatch(patience: options.patience)))
    }

    /// Assigns all partitions at their ends. Returns the next offset of each.
    func start() async throws -> [Int32: Int64] {
        let partitions = try await partitions(timeout: .seconds(10))
        let ends = try await admin.endOffsets(partitions)
        var positions: [Int32: Int64] = [:]
        for partition in partitions { positions[partition.partition] = ends[partition] ?? 0 }
        try await assign(positions)
        return positions
    }

    /// The next records, or new partitions; nil once the task is cancelled.
    func next() async throws -> TailUpdate? {
        while !Task.isCancelled {
            if let added = try await addedPartitions() { return .positioned(added) }
            let records = try await withTaskCancellationHandler {
                try await thread.run { [self] () throws(KafkaError) in try poll() }
            } onCancel: {
                consumer.wakePoll()
            }
            if !records.isEmpty { return .records(records) }
        }
        await close()
        return nil
    }

    func close() async {
        let consumer = self.consumer
        await thread.run { _ = consumer.close(timeout: .seconds(2)) }
        await admin.close(timeout: .seconds(1))
    }

    private func assign(_ positions: [Int32: Int64]) async throws {
        let starts = positions.sorted { $0.key < $1.key }.map {
            (TopicPartition(topic: topic, partition: $0.key), StartOffset.offset($0.value))
        }
        let consumer = self.consumer
        try await thread.run { () throws(KafkaError) in try consumer.assign(starts) }
        progress.withLock { $0.positions = positions }
    }

    /// Blocking: on the thread.
    private func poll() throws(KafkaError) -> [TailRecord] {
        let batch = try consumer.poll(max: options.maximumBatch, timeout: options.pollTimeout)
        try life.look(at: consumer.status)
        guard !batch.isEmpty else { return [] }
        return batch.withRecords { records in
            progress.withLock { progress in
                for record in records { progress.positions[record.partition] = record.offset + 1 }
            }
            return records.map(decode)
        }
    }

    /// A record that is no event is passed on without one, so that positions go on; it is logged the first time and
    /// then rarely.
    private func decode(_ record: Record) -> TailRecord {
        guard let value = record.value else {
            return TailRecord(partition: record.partition, offset: record.offset, event: nil)
        }
        do throws(EventError) {
            let event = try Topics.orderAnalytics.decode(value)
            return TailRecord(partition: record.partition, offset: record.offset, event: event)
        } catch {
            let count = progress.withLock { progress in
                progress.unreadable += 1
                return progress.unreadable
            }
            if count % 1000 == 1 {
                logger.warning(
                    "A record of \(topic) cannot be read; it is not shown",
                    metadata: [
                        "partition": "\(record.partition)", "offset": "\(record.offset)", "error": "\(error)",
                        "count": "\(count)",
                    ])
            }
            return TailRecord(partition: record.partition, offset: record.offset, event: nil)
        }
    }

    /// A topic that was deleted and made again, and records that do not come, are an error: the next session starts
    /// over.
    private func checkProgress(_ partitions: [TopicPartition]) async throws {
        let ends: [TopicPartition: Int64]
        do {
            ends = try await admin.endOffsets(partitions, timeout: .seconds(5))
        } catch {
            logger.debug("Could not look for the ends; trying again later", metadata: ["error": "\(error)"])
            return
        }
        let consumer = self.consumer
        let positions = try await thread.run { () throws(KafkaError) in try consumer.position(partitions) }
        let stall = progress.withLock { progress in
            var places: [TopicPartition: Int64] = [:]
            for partition in partitions {
                places[partition] = max(progress.positions[partition.partition] ?? 0, positions[partition] ?? 0)
            }
            return progress.watch.look(positions: places, ends: ends, now: .now)
        }
        if let stall { throw stall }
    }

    /// The topic's partitions, found among all topics: asking for one by its name could make the broker create it.
    private func partitions(timeout: Duration) async throws -> [TopicPartition] {
        let topics = try await admin.metadata(timeout: timeout).topics
        guard let found = topics.first(where: { $0.name == topic && $0.error == nil }), !found.partitions.isEmpty else {
            throw KafkaError(
                code: .unknownTopicOrPartition, message: "there is no topic \(topic) yet", context: "live tail")
        }
        return found.partitions.map { TopicPartition(topic: topic, partition: $0.id) }
    }

    /// Assigns partitions that were added to the topic, from their beginning; nil if there are none or it is not time
    /// to look.
    private func addedPartitions() async throws -> [Int32: Int64]? {
        let now = ContinuousClock.now
        let (isDue, known) = progress.withLock { progress in
            let isDue = now - progress.partitionsChecked >= options.partitionCheckInterval
            if isDue { progress.partitionsChecked = now }
            return (isDue, progress.positions)
        }
        guard isDue else { return nil }
        let found: [TopicPartition]
        do {
            found = try await partitions(timeout: .seconds(5))
        } catch let error as KafkaError where error.code == .unknownTopicOrPartition {
            throw error
        } catch {
            logger.debug("Could not look for new partitions; trying again later", metadata: ["error": "\(error)"])
            return nil
        }
        let added = found.map(\.partition).filter { known[$0] == nil }
        guard !added.isEmpty else {
            try await checkProgress(found)
            return nil
        }
        let begins = Dictionary(uniqueKeysWithValues: added.map { ($0, Int64(0)) })
        try await assign(known.merging(begins) { known, _ in known })
        logger.notice("\(topic) has more partitions", metadata: ["partitions": "\(found.count)"])
        return begins
    }
}
