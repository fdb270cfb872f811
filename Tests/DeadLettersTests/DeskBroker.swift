import Kafka
import Logging
import OrderEvents
import StreamProcessing
import StreamTesting

@testable import DeadLetters

/// The platform's own broker in a temporary directory, with topics for orders, dead letters and decisions.
struct DeskBroker: Sendable {
    struct Sent: Hashable {
        var partition: Int32
        var key: String?
        var value: String?
        var timestamp: Int64
        var headers: [String: String]
    }

    private let broker: RunningBroker

    var settings: KafkaSettings { broker.settings }
    var admin: KafkaAdmin { broker.admin }
    var logger: Logger { broker.logger }

    static let groups = ["fraud-group", "payments-group", "analytics-group"]

    static let topics =
        [TopicSpec(name: "orders", partitions: 3, config: [:])]
        + groups.map { Topics.deadLetterSpec(topic: "orders", group: $0, partitions: 3) }

    static func run(_ specs: [TopicSpec] = topics, _ body: @escaping @Sendable (DeskBroker) async throws -> Void)
        async throws
    {
        try await RunningBroker.run(specs) { try await body(DeskBroker(broker: $0)) }
    }

    func desk(_ name: String = "a test") throws -> DeadLetterDesk {
        try DeadLetterDesk(kafka: settings, by: name, logger: logger, now: { 1_800_000_000_000 })
    }

    /// Writes the dead letters of these origins, by each of the groups.
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
            let reader = try RangeReader(settings: settings, clientID: "test-read", logger: logger)
            defer { reader.close() }
            try reader.records(ends.mapValues { 0..<$0 }) { _, record in
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

    /// Dead letters by state.
    func states(_ desk: DeadLetterDesk) async throws -> [DeadLetterState: Int] {
        let counts = Counts()
        try await desk.scan(DeadLetterFilter()) { _, standing in
            counts.add(standing.state)
            return true
        }
        return counts.value
    }
}
