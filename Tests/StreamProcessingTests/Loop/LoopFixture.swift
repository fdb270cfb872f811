import EmbeddedBroker
import Kafka
import Logging
import OrderEvents
import ServiceLifecycle
import StreamTesting
import Synchronization
import Testing

@testable import StreamProcessing

let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// All tests that run the loop against a broker, one after another: each has a broker and clients of its own, and threads are few.
@Suite(.serialized, .timeLimit(.minutes(2)))
enum LoopTests {}

struct GaveUp: Error, CustomStringConvertible { let description: String }

/// A running broker with an input, an output and the input's dead letters.
struct LoopFixture: Sendable {
    static let definition = TaskDefinition(name: "copy", group: "copy-group", inputs: ["in"], changelog: nil)

    let broker: RunningBroker
    /// What the task under test reaches it with.
    let library: KafkaLibrary
    var settings: KafkaSettings { broker.settings }

    static func run(
        _ library: KafkaLibrary, partitions: Int32 = 2,
        configure: (inout EmbeddedBrokerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (LoopFixture) async throws -> Void
    ) async throws {
        let topics =
            ["in", "out", "in.copy-group.dlq"].map { TopicSpec(name: $0, partitions: partitions, config: [:]) }
            + [TopicSpec(name: "cuts", partitions: 1, config: [:])]
        try await RunningBroker.run(topics, logger: silent, configure: configure) {
            try await body(LoopFixture(broker: $0, library: library))
        }
    }

    /// Writes records whose key and value are their number, in turn into each partition.
    func fill(_ numbers: Range<Int>, partitions: Int = 2) async throws {
        let settings = settings
        try await DedicatedThread(name: "fill").run { () throws(any Error) in
            let producer = try KafkaProducer(settings: settings, logger: silent)
            defer { producer.close() }
            let topic = try producer.topic("in")
            for number in numbers {
                let text = Array("\(number)".utf8)
                try text.withUnsafeBytes {
                    try producer.produce(
                        to: topic, partition: Int32(number % partitions), key: $0, value: $0, whenFull: .wait)
                }
            }
            try producer.flush()
        }
    }

    /// The committed values of a topic so far, with their dead letter's code.
    func read(_ topic: String, partitions: Int32 = 2) async throws -> [(number: Int, code: String?)] {
        let settings = settings
        return try await DedicatedThread(name: "read").run { () throws(any Error) in
            let consumer = try KafkaConsumer(settings: settings, clientID: "reader", logger: silent)
            defer { consumer.close() }
            let all = (0..<partitions).map { TopicPartition(topic: topic, partition: $0) }
            var left = 0
            var ends: [TopicPartition: Int64] = [:]
            for partition in all { ends[partition] = try consumer.watermarks(partition).high }
            try consumer.assign(all.map { ($0, .beginning) })
            var found: [(number: Int, code: String?)] = []
            while left < 50 {
                for record in try consumer.poll(max: 1_000, timeout: .milliseconds(100)) {
                    let code = record.headers.first { $0.name == DeadLetterHeader.code }?.value.map {
                        String(decoding: $0, as: UTF8.self)
                    }
                    found.append((Int(String(decoding: record.value!, as: UTF8.self))!, code))
                }
                let positions = try consumer.position(all)
                if all.allSatisfy({ (positions[$0] ?? 0) >= ends[$0]! }) { return found }
                left += 1
            }
            return found
        }
    }

    /// Waits until the output has so many records.
    func output(reaches count: Int) async throws -> [Int] {
        for _ in 0..<900 {
            let numbers = try await read("out").map(\.number)
            if numbers.count >= count { return numbers }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw GaveUp(description: "the output never had \(count) records")
    }

    /// Where the group and the logs stand, for the message of a test that waited in vain.
    func places() throws -> String {
        let consumer = try KafkaConsumer(settings: settings, group: "copy-group", clientID: "places", logger: silent)
        defer { consumer.close() }
        let all = try KafkaConsumer(
            settings: settings, clientID: "all-places", options: ["isolation.level": "read_uncommitted"],
            logger: silent)
        defer { all.close() }
        let (inputs, outputs) = (
            (0..<2).map { TopicPartition(topic: "in", partition: $0) },
            (0..<2).map { TopicPartition(topic: "out", partition: $0) }
        )
        return """
            committed \(try consumer.committed(inputs)), ends of in \(try consumer.ends(of: inputs)), \
            ends of out \(try consumer.ends(of: outputs)), with open transactions \(try all.ends(of: outputs))
            """
    }

    /// Runs a task beside `body`, and stops it gracefully afterwards.
    func withTask(
        _ observer: States = States(), state: String = "state", definition: TaskDefinition = LoopFixture.definition,
        process: @escaping @Sendable (Copy.Call) async throws -> Void, journal: CutJournal? = nil,
        _ body: () async throws -> Void
    ) async throws {
        var policy = HandlingPolicy()
        policy.backoff = Backoff(base: .milliseconds(5), cap: .milliseconds(100))
        var settings = settings
        settings.library = library
        let task = StreamTask(
            definition, kafka: settings, stateDirectory: "\(broker.directory)-\(state)", policy: policy,
            observer: observer, cutJournal: journal, logger: silent
        ) { Copy(process) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: task)], logger: silent))
        async let running: Void = group.run()
        do {
            try await body()
        } catch {
            await group.triggerGracefulShutdown()
            try await running
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running
    }
}

/// Copies its input to its output, after the test has had its say.
final class Copy: StreamProcessor {
    struct Call: Sendable { let numbers: [Int] }

    private let before: @Sendable (Call) async throws -> Void

    init(_ before: @escaping @Sendable (Call) async throws -> Void) { self.before = before }

    nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        // Emitted first: what is rolled back must not be seen.
        for record in batch {
            try context.send(
                OutgoingRecord(partition: record.partition, key: record.key!, value: record.value), to: "out")
        }
        try await before(Call(numbers: batch.map { Int(String(decoding: $0.value!, as: UTF8.self))! }))
    }
}

/// Remembers what the task said of itself.
final class States: TaskObserver {
    private let all = Mutex<[TaskState]>([])
    private let hasEnded = Mutex(false)

    func task(_ service: String, instance: String, is state: TaskState) { all.withLock { $0.append(state) } }
    func taskEnded(_ service: String, instance: String) { hasEnded.withLock { $0 = true } }

    var history: [TaskState] { all.withLock { $0 } }
    var ended: Bool { hasEnded.withLock { $0 } }
    var problems: [TaskProblem] {
        history.compactMap { state in
            if case .retrying(let problem) = state { problem } else { nil }
        }
    }

    /// Waits for so many problems.
    func problems(reach count: Int) async throws {
        for _ in 0..<600 {
            if problems.count >= count { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw GaveUp(description: "\(problems.count) problems in \(history)")
    }
}
