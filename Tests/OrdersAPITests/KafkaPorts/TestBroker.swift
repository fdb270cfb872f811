import Kafka
import Logging
import OrderEvents
import StreamTesting

@testable import OrdersAPI

/// A running broker with the platform's topics.
struct TestBroker: Sendable {
    static let partitions: Int32 = 3

    let broker: RunningBroker
    var settings: KafkaSettings { broker.settings }
    var admin: KafkaAdmin { broker.admin }
    var logger: Logger { broker.logger }

    static func run(
        topics: Bool = true, _ body: @escaping @Sendable (TestBroker) async throws -> Void
    ) async throws {
        let specs = topics ? Topics.specs(partitions: partitions) : []
        try await RunningBroker.run(specs, logger: LogRecorder().logger) { try await body(TestBroker(broker: $0)) }
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
