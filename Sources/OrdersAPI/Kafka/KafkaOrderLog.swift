import Kafka
import Logging
import OrderEvents
import OrderTracing

/// Appends orders to the topic `orders`, each awaited until all in-sync replicas have it.
///
/// A producer that is of no further use is replaced, and an order that it failed with is sent once more: one that comes
/// twice is one order.
public final class KafkaOrderLog: OrderLog {
    private let producer: RenewedClient<KafkaProducer>
    private let layout: KnownLayout?

    /// `orders`.
    public var topic: String { Topics.orders.name }

    /// - Parameters:
    ///   - layout: Decides the partition; where it is not known the client does, and what lands elsewhere is sent home.
    ///   - timeout: How long one order may take to be acknowledged. A client waits this long if the broker is away.
    ///   - clients: Where its problems are shown.
    /// - Throws: `KafkaError` for a wrong setting. The broker is not contacted yet.
    public init(
        settings: KafkaSettings, layout: KnownLayout? = nil, clientID: String = "orders-api",
        timeout: Duration = .seconds(10),
        clients: ClientBoard = ClientBoard(), logger: Logger
    ) throws(KafkaError) {
        self.layout = layout
        let milliseconds = String(Int64(timeout / .milliseconds(1)))
        producer = try RenewedClient(clients.life("order log", logger: logger)) { () throws(KafkaError) in
            try KafkaProducer(
                settings: settings, clientID: clientID, options: ["message.timeout.ms": milliseconds], logger: logger)
        }
    }

    /// Appends an order to its home partition, and waits for the acknowledgement. The trace of the task, if there is one,
    /// goes with it.
    public func append(_ order: Order, isTimeAssigned: Bool) async throws(OrderLogError) -> LogReceipt {
        let headers = isTimeAssigned ? [RecordHeader(OrderHeader.assignedTime, "true")] : []
        guard let trace = CurrentTrace.current else { return try await append(order, headers) }
        var span = trace.start("send \(topic)", .producer)
        let fields = (span?.context ?? trace.context).fields.map { RecordHeader($0.name, $0.value) }
        defer { if let span { trace.tracer?.finish([span.ended()]) } }
        do throws(OrderLogError) {
            let receipt = try await append(order, headers + fields)
            span?.set(
                Messaging.attributes(
                    .send, topic, partition: receipt.partition, offset: receipt.offset, key: order.id.rawValue))
            return receipt
        } catch {
            span?.fail("log_unavailable")
            throw error
        }
    }

    private func append(_ order: Order, _ headers: [RecordHeader]) async throws(OrderLogError) -> LogReceipt {
        var value = JSONBytes(capacity: 384)
        Topics.orders.encode(order, into: &value)
        let (key, bytes) = (Topics.orders.key(of: order), value.bytes)
        do throws(KafkaError) {
            let home = key.withUnsafeBytes { layout?.current?.home(ofKey: $0) }
            let metadata = try await producer.use { producer throws(KafkaError) in
                try await producer.send(
                    topic: Topics.orders.name, partition: home, key: key, value: bytes, headers: headers)
            }
            return LogReceipt(partition: metadata.partition, offset: metadata.offset)
        } catch {
            throw OrderLogError(
                "\(error)", isRetriable: error.isRetriable || error.endsClient || error.code == .messageTimedOut)
        }
    }

    /// The producer at hand, for tests that break it.
    var current: KafkaProducer? { producer.client }

    /// Waits for what is under way, and lets go of the broker.
    public func close(timeout: Duration = .seconds(5)) async {
        guard let producer = producer.close() else { return }
        await DedicatedThread(name: "orders-api-close").run { _ = producer.close(timeout: timeout) }
    }
}
