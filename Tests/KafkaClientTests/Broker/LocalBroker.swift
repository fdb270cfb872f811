import EmbeddedBroker
import Foundation
import Logging

@testable import KafkaClient

/// The embedded broker in a temporary directory, for one test.
struct LocalBroker {
    let cluster: ClusterSettings
    /// With an unreliable network before it, if the test wants one.
    let network: UnreliableNetwork?

    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// Runs a broker that makes topics of three partitions when they are asked for.
    ///
    /// - Parameter seed: of the faults of a network before it; nil for the plain one.
    static func run(seed: UInt64? = nil, _ body: (LocalBroker) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "kafka-client-\(UUID().uuidString)"
        var configuration = EmbeddedBrokerConfiguration(dataDirectory: directory)
        configuration.port = 0
        configuration.durability = .relaxed
        configuration.defaultPartitions = 3
        let network = try await seed.asyncMap { try await UnreliableNetwork(seed: $0) }
        if let network { configuration.advertised = BoundAddress(host: "127.0.0.1", port: network.port) }
        let broker = EmbeddedBroker(configuration: configuration, logger: quiet)
        let address = try await broker.start()
        network?.lead(to: address.port)
        var cluster = ClusterSettings(bootstrapServers: [.init(host: "127.0.0.1", port: network?.port ?? address.port)])
        // A lost answer costs this long.
        if network != nil { cluster.requestTimeoutMilliseconds = 1_000 }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(LocalBroker(cluster: cluster, network: network)))
        } catch {
            result = .failure(error)
        }
        await network?.close()
        await broker.stop()
        try FileManager.default.removeItem(atPath: directory)
        try result.get()
    }

    // MARK: Clients

    func producer(_ change: (inout ProducerSettings) -> Void = { _ in }) async throws -> KafkaProducer {
        var settings = ProducerSettings()
        change(&settings)
        return try await KafkaProducer(cluster, settings, logger: Self.quiet)
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
        return try await KafkaConsumer(cluster, settings, logger: Self.quiet)
    }

    func admin() async throws -> KafkaAdmin {
        try await KafkaAdmin(cluster, clientID: "test", logger: Self.quiet)
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

extension Optional {
    fileprivate func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await body(self)
    }
}
