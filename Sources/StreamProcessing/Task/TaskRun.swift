import Foundation
import Kafka
import Logging
import Metrics
import ServiceLifecycle

/// One life of a task: a consumer, a transactional producer and the local state, from their opening to
/// their end. A fatal error (fenced, broken beyond an abort) ends the life and the task begins another.
///
/// Not Sendable: all of it happens on the task's thread, between two polls at most one transaction.
final class TaskRun {
    private let definition: TaskDefinition
    private let settings: KafkaSettings
    private let logger: Logger
    private let processor: any StreamProcessor
    private let consumer: KafkaConsumer
    private let producer: KafkaProducer
    private let database: StateDatabase?
    private let context: TaskContext
    private let metrics: TaskMetrics

    /// What the group has committed through this run: next offset to process, of every assigned partition.
    private var committedPositions: [TopicPartition: Int64] = [:]
    private var assigned: [TopicPartition] = []
    private var failures = 0
    /// Partitions that went while they were paused. librdkafka keeps them paused should they come back.
    private var leftPaused: Set<TopicPartition> = []
    private var lastBegan = ContinuousClock.now
    /// A failed rebalance cannot throw through the client library; it is kept here and thrown after the poll.
    private var rebalanceError: (any Error)?

    init(
        definition: TaskDefinition, settings: KafkaSettings, identity: String, databasePath: String?,
        processor: any StreamProcessor, metrics: TaskMetrics, logger: Logger, now: @escaping @Sendable () -> Int64
    ) throws {
        self.definition = definition
        self.settings = settings
        self.logger = logger
        self.processor = processor
        self.metrics = metrics
        let clientID = "\(definition.name)-\(identity)"
        producer = try KafkaProducer(
            settings: settings, transactionalID: "\(definition.group)-\(identity)", clientID: "\(clientID)-producer",
            options: ["transaction.timeout.ms": "15000"], logger: logger)
        consumer = try KafkaConsumer(
            settings: settings, group: definition.group, clientID: clientID, logger: logger)
        database = try databasePath.map {
            try StateDatabase(path: $0, horizonSeconds: Int32(clamping: definition.horizon.components.seconds))
        }
        context = try TaskContext(definition: definition, consumer: consumer, producer: producer, database: database, now: now)
    }

    /// Fences and finishes what a predecessor left open, then joins the group. Blocks.
    func start() throws {
        try producer.initTransactions(timeout: .seconds(60))
        try consumer.subscribe(definition.inputs) { [unowned self] event in
            rebalance(event)
            return [:]
        }
    }

    /// Leaves the group and frees everything; nothing is in flight between two steps. Blocks, bounded.
    func close() {
        consumer.close()
        producer.close()
    }

    // MARK: one step

    /// Polls once and handles what came.
    nonisolated(nonsending) func step() async throws {
        rest()
        try resumeReturned()
        let batch = try consumer.poll(max: definition.maxBatch, timeout: .milliseconds(200))
        if let error = rebalanceError {
            rebalanceError = nil
            throw error
        }
        if batch.isEmpty { return try commitIdle() }
        lastBegan = .now
        do {
            try await processor.process(batch, in: context)
            try commit()
            failures = 0
        } catch let error where TaskRun.endsLife(error) {
            throw error
        } catch {
            try rollBack(batch)
            try await pause(after: error)
        }
    }

    /// A transaction costs the same for one record as for a thousand. Under load, what comes within `interval` of the
    /// last one's start goes into the next; a record that comes after a quiet moment does not wait.
    private func rest() {
        let left = lastBegan + definition.interval - ContinuousClock.now
        // The thread is the task's own: it may sleep.
        if left > .zero { usleep(UInt32(left.components.attoseconds / 1_000_000_000_000)) }
    }

    private func commit() throws {
        let began = ContinuousClock.now
        try context.sendDeadLetters()
        let (emitted, deadLettered) = (context.emitted, context.deadLettered)
        let positions = try consumer.position(assigned)
        if context.hasTransaction {
            try producer.sendOffsets(positions, of: consumer)
            try commitTransaction()
            try context.committed(reached: context.changelogTopic.map { producer.takeDeliveredOffsets(of: $0) } ?? [:])
        } else {
            try consumer.commit(positions)
            try context.committed(reached: [:])
        }
        committedPositions = positions
        processor.commit()
        metrics.committed(emitted: emitted, deadLettered: deadLettered, took: ContinuousClock.now - began)
    }

    /// A commit whose answer is late may have happened: it is asked again until it is known.
    private func commitTransaction() throws {
        var isKnown = false
        while !isKnown {
            do {
                try producer.commitTransaction(timeout: .seconds(10))
                isKnown = true
            } catch {
                // When stopping, the successor's first call settles it.
                if !error.isRetriable || Task.isCancelled || Task.isShuttingDownGracefully { throw error }
                logger.warning("the commit's outcome is not known yet, asking again", metadata: ["error": "\(error)"])
            }
        }
    }

    /// After the last records come transaction markers, which are not delivered; the position steps over them.
    /// Committing it when idle makes the lag of a group that has read everything 0.
    private func commitIdle() throws {
        if assigned.isEmpty { return }
        let positions = try consumer.position(assigned)
        if positions == committedPositions { return }
        do {
            try consumer.commit(positions)
            committedPositions = positions
        } catch {
            if error.isFatal { throw error }
            // Only the lag's display depends on it; the next batch commits the same positions.
            logger.debug("idle commit failed", metadata: ["error": "\(error)"])
        }
    }

    // MARK: failure

    /// Fatal: the producer was fenced or cannot go on. Everything else can be aborted and tried again.
    private static func endsLife(_ error: any Error) -> Bool {
        if error is StateError { return true }
        return (error as? KafkaError)?.isFatal ?? false
    }

    /// Undoes the batch and goes back to its beginning.
    private func rollBack(_ batch: RecordBatch) throws {
        if context.hasTransaction { try producer.abortTransaction() }
        context.startBatch()
        if let topic = context.changelogTopic { _ = producer.takeDeliveredOffsets(of: topic) }
        processor.reset()
        try rewind(batch)
    }

    private func rewind(_ batch: RecordBatch) throws {
        var starts: [TopicPartition: StartOffset] = [:]
        for record in batch {
            let partition = TopicPartition(topic: consumer.topicName(record.topic), partition: record.partition)
            if starts[partition] == nil, assigned.contains(partition) { starts[partition] = .offset(record.offset) }
        }
        try consumer.seek(starts)
    }

    /// Waits out a fault with the partitions paused; polling goes on, so that the group keeps its member.
    private nonisolated(nonsending) func pause(after error: any Error) async throws {
        var random = SystemRandomNumberGenerator()
        let delay = Backoff().delay(attempt: failures, using: &random)
        failures += 1
        metrics.failed()
        logger.warning(
            "a batch failed and is tried again",
            metadata: ["error": "\(error)", "attempt": "\(failures)", "wait": "\(delay)"])
        let end = ContinuousClock.now + delay
        let paused = assigned
        try consumer.pause(paused)
        defer {
            // Resumed at the next step, which can throw; one that was revoked meanwhile, when it is assigned again.
            leftPaused.formUnion(paused)
        }
        while ContinuousClock.now < end, !Task.isCancelled {
            let batch = try consumer.poll(max: 1, timeout: min(.milliseconds(100), end - .now))
            // A partition assigned during the wait is not paused: its record is read again afterwards.
            if !batch.isEmpty { try rewind(batch) }
        }
    }

    /// Resumes what was paused, as far as it is assigned.
    private func resumeReturned() throws {
        if leftPaused.isEmpty { return }
        let returned = assigned.filter(leftPaused.contains)
        try consumer.resume(returned)
        leftPaused.subtract(returned)
    }

    // MARK: rebalance

    private func rebalance(_ event: RebalanceEvent) {
        do {
            switch event {
            case .assigned(let partitions):
                try assign(partitions)
            case .revoked(let partitions), .lost(let partitions):
                assigned.removeAll(where: partitions.contains)
                committedPositions.removeAll()
                processor.reset()
            }
        } catch {
            rebalanceError = error
        }
    }

    private func assign(_ partitions: [TopicPartition]) throws {
        assigned = partitions
        committedPositions.removeAll()
        processor.reset()
        context.partitionCount = try consumer.partitionCount(of: definition.inputs[0], timeout: .seconds(30))
        guard let changelog = definition.changelog, let database else { return }
        // Waits until no transaction is pending on the inputs' offsets: what they say is then final.
        _ = try consumer.committed(partitions, timeout: .seconds(60))
        let mine = Set(partitions.map(\.partition)).sorted()
        try ChangelogRestorer(topic: changelog, stateOf: definition.stateOf, settings: settings, clientID: definition.name, logger: logger)
            .restore(mine, into: database)
    }
}
