import Kafka
import OrderEvents
import StreamProcessing

/// A service over topics in memory: the loop's order of handling, one batch at a time, with nothing that waits.
///
/// A batch is processed and committed, or fails and is rolled back: then the same records come again, as a task reads them again.
public final class MemoryService {
    public let context: MemoryTaskContext
    private var processor: any StreamProcessor
    private let makeProcessor: () -> any StreamProcessor
    /// The homes that are this service's.
    public private(set) var homes: [Int32]
    /// Fails the next batch after it was processed, as a commit that is refused does.
    public var failsBeforeCommit: (any Error)?

    public var log: MemoryLog { context.log }
    public var definition: TaskDefinition { context.definition }

    /// - Parameter homes: nil: all.
    public init(
        _ definition: TaskDefinition, log: MemoryLog, homes: [Int32]? = nil,
        _ makeProcessor: @escaping () -> any StreamProcessor
    ) {
        context = MemoryTaskContext(definition, log: log)
        self.makeProcessor = makeProcessor
        processor = makeProcessor()
        self.homes = homes ?? Array(0..<log.partitions)
        context.restore(self.homes)
    }

    /// The partitions that it reads.
    public var places: [TopicPartition] {
        definition.inputs.flatMap { topic in homes.map { TopicPartition(topic: topic, partition: $0) } }
    }

    /// How many records it has not read.
    public var lag: Int64 { places.reduce(0) { $0 + log.end($1) - position($1) } }

    /// The next offset that it reads.
    public func position(_ place: TopicPartition) -> Int64 {
        max(log.begin(place), log.committed(definition.group)[place] ?? 0)
    }

    /// Handles one batch of what these partitions hold, and commits it.
    ///
    /// - Parameters:
    ///   - places: nil: all that it reads.
    ///   - max: the most records of each partition.
    /// - Returns: how many records it was.
    /// - Throws: what the processor throws, after the batch was rolled back.
    @discardableResult
    public nonisolated(nonsending) func step(_ places: [TopicPartition]? = nil, max: Int = .max) async throws -> Int {
        let contents = (places ?? self.places).flatMap { log.contents(of: $0, from: position($0), max: max) }
        if contents.isEmpty { return 0 }
        let batch = RecordBatch(copying: contents)
        context.traces?.begin(batch) { log.topicName($0) }
        defer { context.traces?.finish() }
        do {
            try await processor.process(batch, in: context)
            if let error = failsBeforeCommit {
                failsBeforeCommit = nil
                throw error
            }
        } catch {
            context.rollBack()
            processor.reset()
            throw error
        }
        var offsets: [TopicPartition: Int64] = [:]
        for record in contents {
            offsets[TopicPartition(topic: log.topicName(record.topic), partition: record.partition)] = record.offset + 1
        }
        context.commit(offsets)
        processor.commit()
        return contents.count
    }

    /// Lets the processor do what is due without a record, and commits it.
    ///
    /// - Returns: whether anything was due.
    @discardableResult
    public nonisolated(nonsending) func tick() async throws -> Bool {
        guard let due = processor.nextTick, due <= context.nowMilliseconds else { return false }
        do {
            try await processor.tick(in: context)
            if let error = failsBeforeCommit {
                failsBeforeCommit = nil
                throw error
            }
        } catch {
            context.rollBack()
            processor.reset()
            throw error
        }
        context.commit([:])
        processor.commit()
        return true
    }

    /// Handles all that is there, batch by batch.
    public nonisolated(nonsending) func drain(max: Int = .max) async throws {
        while try await step(max: max) > 0 {}
    }

    /// The group gives it these homes in place of those that it had: what is kept in memory is forgotten, state is restored.
    public func assign(_ homes: [Int32]) {
        processor.reset()
        self.homes = homes
        context.restore(homes)
    }

    /// The task starts again, with nothing but what is on the topics.
    public func restart() {
        processor = makeProcessor()
        context.rollBack()
        context.restore(homes)
    }
}
