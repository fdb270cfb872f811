@testable import KafkaClient

/// A broker, or several, for one test.
protocol BrokerOfTests {
    var cluster: ClusterSettings { get }
    /// What stands before it, if that loses connections.
    var network: UnreliableNetwork? { get }
}

extension BrokerOfTests {
    func producer(_ change: (inout ProducerSettings) -> Void = { _ in }) async throws -> KafkaProducer {
        var settings = ProducerSettings()
        change(&settings)
        return try await KafkaProducer(cluster, settings, logger: LocalBroker.quiet)
    }

    func consumer(
        group: String? = nil, _ change: (inout ConsumerSettings) -> Void = { _ in }
    ) async throws -> KafkaConsumer {
        var settings = ConsumerSettings(clientID: "test", groupID: group)
        settings.offsetReset = .earliest
        settings.isolation = .readCommitted
        settings.heartbeatIntervalMilliseconds = 100
        settings.sessionTimeoutMilliseconds = 6_000
        // A JoinGroup that a silent connection has swallowed is waited for as long, and five seconds more.
        if network != nil { settings.pollIntervalMilliseconds = 10_000 }
        change(&settings)
        return try await KafkaConsumer(cluster, settings, logger: LocalBroker.quiet)
    }

    func admin() async throws -> KafkaAdmin {
        try await KafkaAdmin(cluster, clientID: "test", logger: LocalBroker.quiet)
    }

    /// The committed records of a topic, by partition and in their order: all up to where the partitions end now.
    func records(of topic: String) async throws -> [Int32: [String]] {
        let admin = try await admin()
        defer { admin.close() }
        let description = try await admin.describe(topics: [topic])
        let partitions = description.topics.first?.partitions ?? []
        let places = partitions.map { TopicPartition(topic: topic, partition: $0.index) }
        let ends = try await admin.offsets(
            at: Dictionary(uniqueKeysWithValues: places.map { ($0, .end) }), isolation: .readCommitted)
        let consumer = try await consumer()
        try await consumer.assign(Dictionary(uniqueKeysWithValues: places.map { ($0, .beginning) }))
        var records: [Int32: [String]] = [:]
        while await consumer.positions(of: places) != ends {
            try Task.checkCancellation()
            for run in try await consumer.poll() {
                records[run.partition.partition, default: []] += run.map(\.text)
            }
        }
        await consumer.close()
        return records
    }
}

extension ConsumerRecord {
    var text: String { value.map { String(buffer: $0) } ?? "" }
}
