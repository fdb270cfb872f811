import EmbeddedBroker
import Foundation
import Kafka
import Logging
import OrderEvents

@testable import OrderServices

/// The platform's own broker in a temporary directory, with topics for orders, dead letters and decisions.
struct DeskBroker: Sendable {
    struct Sent: Hashable {
        var partition: Int32
        var key: String?
        var value: String?
        var timestamp: Int64
        var headers: [String: String]
    }

    let settings: KafkaSettings
    let admin: KafkaAdmin
    let logger: Logger
    let directory: String

    static let groups = ["fraud-group", "payments-group", "analytics-group"]

    static let topics =
        [TopicSpec(name: "orders", partitions: 3, config: [:])]
        + groups.map { Topics.deadLetterSpec(topic: "orders", group: $0, partitions: 3) }

    static func run(_ specs: [TopicSpec] = topics, _ body: @escaping @Sendable (DeskBroker) async throws -> Void)
        async throws
    {
        let directory = NSTemporaryDirectory() + "desk-\(UUID().uuidString)"
        var configuration = EmbeddedBrokerConfiguration(dataDirectory: directory)
        configuration.port = 0
        configuration.durability = .relaxed
        var logger = Logger(label: "desk-test")
        logger.logLevel = .critical
        let broker = EmbeddedBroker(configuration: configuration, logger: logger)
        let settings = KafkaSettings(bootstrapServers: "\(try await broker.start())")
        let admin = try KafkaAdmin(settings: settings, logger: logger)
        let result: Result<Void, any Error>
        do {
            try await admin.createTopics(specs.map { NewTopic(name: $0.name, partitions: $0.partitions) })
            try await body(DeskBroker(settings: settings, admin: admin, logger: logger, directory: directory))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await admin.close()
        await broker.stop()
        let parent = URL(fileURLWithPath: directory).deletingLastPathComponent()
        for name in try FileManager.default.contentsOfDirectory(atPath: parent.path)
        where name.hasPrefix(URL(fileURLWithPath: directory).lastPathComponent) {
            try FileManager.default.removeItem(at: parent.appendingPathComponent(name))
        }
        try result.get()
    }

    func desk(_ name: String = "a test") throws -> DeadLetterDesk {
        try DeadLetterDesk(kafka: settings, by: name, logger: logger, now: { 1_800_000_000_000 })
    }

    /// Writes the letters of these origins, by each of the groups.
    func setAside(
        _ origins: Range<Int64>, groups: [String] = DeskBroker.groups, value: String = Letters.order,
        attempts: Int? = nil
    ) async throws {
        let producer = try KafkaProducer(settings: settings, logger: logger)
        for group in groups {
            for origin in origins {
                _ = try await producer.send(
                    topic: "orders.\(group).dlq", partition: Int32(origin % 3), key: Array("42".utf8),
                    value: Array(value.utf8),
                    headers: Letters.headers(
                        origin: origin, partition: Int32(origin % 3), group: group, attempts: attempts,
                        own: [RecordHeader("trace", "\(origin)")]))
            }
        }
        await DedicatedThread(name: "test-close").run { _ = producer.close(timeout: .seconds(2)) }
    }

    /// Everything committed to a topic.
    func committed(_ topic: String) async throws -> [Sent] {
        let ends = try await admin.endOffsets(try await admin.partitions(ofTopics: [topic]))
        let (settings, logger) = (settings, logger)
        return try await DedicatedThread(name: "test-read").run { () throws(any Error) -> [Sent] in
            var sent: [Sent] = []
            try DeadLetterReader(settings: settings, logger: logger).read(ends.mapValues { 0..<$0 }) { _, record in
                sent.append(
                    Sent(
                        partition: record.partition, key: record.key.map { String(decoding: $0, as: UTF8.self) },
                        value: record.value.map { String(decoding: $0, as: UTF8.self) }, timestamp: record.timestamp,
                        headers: Dictionary(record.headers.map { ($0.name, $0.text ?? "") }) { $1 }))
                return true
            }
            return sent
        }
    }

    /// Letters by state.
    func states(_ desk: DeadLetterDesk) async throws -> [DeadLetterState: Int] {
        let counts = Counts()
        try await desk.scan(DeadLetterFilter()) { _, standing in
            counts.add(standing.state)
            return true
        }
        return counts.value
    }
}
