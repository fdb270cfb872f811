import EmbeddedBroker
import Kafka
import Logging
import OrderEvents

@testable import OrdersAPI

/// The platform's own broker in a temporary directory, with the platform's topics.
struct TestBroker: Sendable {
    static let partitions: Int32 = 3

    let settings: KafkaSettings
    let admin: KafkaAdmin
    let broker: EmbeddedBroker
    let logger: Logger

    static func run(
        topics: Bool = true, _ body: @escaping @Sendable (TestBroker) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        var configuration = EmbeddedBrokerConfiguration(dataDirectory: directory.path)
        configuration.port = 0
        configuration.durability = .relaxed
        let logger = LogRecorder().logger
        let broker = EmbeddedBroker(configuration: configuration, logger: logger)
        let address = try await broker.start()
        let settings = KafkaSettings(bootstrapServers: "\(address)")
        let admin = try KafkaAdmin(settings: settings, logger: logger)
        do {
            if topics {
                try await admin.createTopics(
                    Topics.specs(partitions: partitions).map { NewTopic(name: $0.name, partitions: $0.partitions) })
            }
            try await body(TestBroker(settings: settings, admin: admin, broker: broker, logger: logger))
        } catch {
            await admin.close()
            await broker.stop()
            throw error
        }
        await admin.close()
        await broker.stop()
    }

    /// Writes documents to order-analytics in one transaction.
    func commit(
        _ documents: [(partition: Int32, document: OrderDocument)], id: String = "analytics", abort: Bool = false
    ) async throws {
        let (settings, logger) = (self.settings, self.logger)
        try await DedicatedThread(name: "test-commit").run { () throws(any Error) in
            let producer = try KafkaProducer(settings: settings, transactionalID: id, logger: logger)
            let topic = try producer.topic(Topics.orderAnalytics.name)
            try producer.initTransactions()
            try producer.beginTransaction()
            for (partition, document) in documents {
                var value = JSONBytes()
                Topics.orderAnalytics.encode(.order(document), into: &value)
                let key = Topics.orderAnalytics.key(of: .order(document))
                try key.withUnsafeBytes { key in
                    try value.withUnsafeBytes { value in
                        try producer.produce(to: topic, partition: partition, key: key, value: value)
                    }
                }
            }
            // An abort drops what was not sent yet, and leaves nothing in the log then.
            try producer.flush()
            if abort { try producer.abortTransaction() } else { try producer.commitTransaction() }
            producer.close()
        }
    }
}
