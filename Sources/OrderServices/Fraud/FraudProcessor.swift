import Kafka
import OrderEvents
import StreamProcessing

/// Judges each order once, by the built-in rule, at its first event: that one fixes what is judged, and a later one
/// repeats it or is a conflict, which changes nothing.
///
/// The keyed state knows the orders of which an event was seen. It comes from `orders` itself, and those that were
/// flagged from `fraud-alerts` as well, which is kept for longer.
public final class FraudProcessor: StreamProcessor {
    public static let definition = TaskDefinition(
        Topology.fraud, stateOf: TaskDefinition.always(SeenOrder()),
        stateOfInput: TaskDefinition.input(Topics.orders) { order in (order.id, SeenOrder()) })

    private let reader = OrderReader()
    private var seen = KeyedState<OrderID, SeenOrder>()

    public init() {}

    public nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        for record in batch {
            guard let order = reader.read(record, in: context), reader.isAtHome(order, record, in: context) else {
                continue
            }
            try judge(order, record, in: context)
        }
    }

    private func judge(_ order: Order, _ record: Record, in context: any TaskContext) throws {
        let reason = FraudRule.builtIn.verdict(on: order)
        let known = try seen.value(for: order.id) {
            // What breaks no rule is only noted: whether it was before makes no difference, and looking costs.
            reason == nil ? nil : try context.state(SeenOrder.self, of: order.id, partition: record.partition)
        }
        if known != nil { return }
        seen.set(SeenOrder(), for: order.id)
        guard let reason else { return context.keep(SeenOrder(), of: order.id, partition: record.partition) }
        let alert = FraudAlert(
            orderID: order.id, customerID: order.customerID, reason: reason, amount: order.amount,
            country: order.country,
            detectedAt: Timestamp(millisecondsSinceEpoch: context.nowMilliseconds))
        try context.emit(alert, on: Topics.fraudAlerts, keeping: SeenOrder(), partition: record.partition)
    }

    public func commit() { seen.commit() }
    public func reset() { seen.reset() }
}

/// What fraud knows of an order: that an event of it was seen. One byte, which is 1.
struct SeenOrder: StateValue {
    func encodeState(into bytes: inout [UInt8]) { bytes.append(1) }
    static func decodeState(_: UnsafeRawBufferPointer, of _: OrderID) -> SeenOrder? { SeenOrder() }
}
