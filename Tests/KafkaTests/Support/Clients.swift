import Logging
import KafkaMock
import Testing

@testable import Kafka

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// All tests that talk to a broker, one after another: each has a cluster and clients of its own, and threads are few.
@Suite(.serialized, .timeLimit(.minutes(2)))
enum BrokerTests {}

extension MockCluster {
    /// The same without a broker.
    var nowhere: KafkaSettings {
        var settings = settings
        settings.bootstrapServers = "127.0.0.1:1"
        return settings
    }

    func producer(
        transactionalID: String? = nil, options: [String: String] = [:], logger: Logger = quiet
    ) throws -> KafkaProducer {
        try KafkaProducer(settings: settings, transactionalID: transactionalID, options: options, logger: logger)
    }

    func consumer(
        group: String? = nil, id: String = "test-consumer", options: [String: String] = [:], logger: Logger = quiet
    ) throws -> KafkaConsumer {
        try KafkaConsumer(settings: settings, group: group, clientID: id, options: options, logger: logger)
    }

    /// Writes records whose value is their number, and waits until they are there.
    func fill(_ topic: String, partition: Int32 = 0, with numbers: Range<Int>) throws {
        let producer = try producer()
        defer { producer.close() }
        let handle = try producer.topic(topic)
        for number in numbers { try producer.produce(handle, partition, "k\(number)", "\(number)") }
        try producer.flush()
    }
}

extension KafkaProducer {
    func produce(_ topic: TopicHandle, _ partition: Int32 = byKey, _ key: String, _ value: String) throws {
        var (key, value) = (key, value)
        try key.withUTF8 { key in
            try value.withUTF8 { value in
                try produce(to: topic, partition: partition, key: .init(key), value: .init(value), whenFull: .wait)
            }
        }
    }
}

extension Record {
    var text: String { value.map { String(decoding: $0, as: UTF8.self) } ?? "nil" }
    var keyText: String { key.map { String(decoding: $0, as: UTF8.self) } ?? "nil" }
}

extension KafkaConsumer {
    /// Polls until so many records have come, or half a minute has passed.
    func take<R>(_ count: Int, max: Int = 1000, _ transform: (Record) -> R) throws -> [R] {
        var taken: [R] = []
        let end = ContinuousClock.now + .seconds(120)
        while taken.count < count, ContinuousClock.now < end {
            for record in try poll(max: max, timeout: .milliseconds(200)) { taken.append(transform(record)) }
        }
        return taken
    }

    /// Polls for a while, keeping the group's member alive.
    func idle(_ duration: Duration = .milliseconds(300)) throws -> [String] {
        var taken: [String] = []
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            taken += try poll(max: 1000, timeout: .milliseconds(50)).map(\.text)
        }
        return taken
    }
}

/// The error that a call throws.
func failure(_ call: () throws -> Void) throws -> KafkaError {
    do { try call() } catch let error as KafkaError { return error }
    throw NoFailure()
}

func failure(_ call: () async throws -> Void) async throws -> KafkaError {
    do { try await call() } catch let error as KafkaError { return error }
    throw NoFailure()
}

struct NoFailure: Error {}
