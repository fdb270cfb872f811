import Kafka
import Logging
import OrderEvents

/// Appends orders to the topic `orders`, each awaited until all in-sync replicas have it.
public final class KafkaOrderLog: OrderLog {
    private let producer: KafkaProducer
    private let handle: TopicHandle

    public var topic: String { Topics.orders.name }

    /// - Parameter timeout: How long one order may take to be acknowledged. A client waits this long if the broker is away.
    /// - Throws: `KafkaError` for a wrong setting. The broker is not contacted yet.
    public init(
        settings: KafkaSettings, clientID: String = "orders-api", timeout: Duration = .seconds(10), logger: Logger
    ) throws(KafkaError) {
        let milliseconds = String(Int64(timeout / .milliseconds(1)))
        producer = try KafkaProducer(
            settings: settings, clientID: clientID, options: ["message.timeout.ms": milliseconds], logger: logger)
        handle = try producer.topic(Topics.orders.name)
    }

    public func append(_ order: Order) async throws(OrderLogError) -> LogReceipt {
        var value = JSONBytes(capacity: 384)
        Topics.orders.encode(order, into: &value)
        do throws(KafkaError) {
            let metadata = try await producer.send(to: handle, key: Topics.orders.key(of: order), value: value.bytes)
            return LogReceipt(partition: metadata.partition, offset: metadata.offset)
        } catch {
            throw OrderLogError("\(error)", isRetriable: error.isRetriable || error.code == .messageTimedOut)
        }
    }

    /// Waits for what is under way, and lets go of the broker.
    public func close(timeout: Duration = .seconds(5)) async {
        let producer = self.producer
        await DedicatedThread(name: "orders-api-close").run { _ = producer.close(timeout: timeout) }
    }
}
