import Kafka
import OrderEvents
import StreamProcessing

/// Judges each order once, by the built-in rule, at its first event: that one fixes what is judged, and a later one repeats it or is a
/// conflict, which changes nothing.
///
/// The keyed state knows the orders of which an event was seen. It comes from `orders` itself, and those that were flagged from
/// `fraud-alerts` as well, which is kept for longer.
public final class FraudProcessor: StreamProcessor {
    public static let definition = TaskDefinition(
        name: "fraud", group: ConsumerGroups.fraud, inputs: [Topics.orders.name], changelog: Topics.fraudAlerts.name,
        stateOf: TaskDefinition.presence,
        stateOfInput: { record, layout, key, state in
            guard let order = OrderReader.order(atHomeIn: record, layout) else { return false }
            OrderKey(order.id).withUnsafeBytes { key.append(contentsOf: $0) }
            state.append(contentsOf: TaskContext.present)
            return true
        })

    private let reader = OrderReader()
    private var seen = KeyedState<OrderID, Bool>()
    private var json = JSONBytes()

    public init() {}

    public nonisolated(nonsending) func process(_ batch: RecordBatch, in context: TaskContext) async throws {
        for record in batch {
            guard let order = try reader.read(record, in: context), reader.isAtHome(order, record, in: context) else { continue }
            try judge(order, record, in: context)
        }
    }

    private func judge(_ order: Order, _ record: Record, in context: TaskContext) throws {
        let key = OrderKey(order.id)
        let reason = FraudRule.builtIn.verdict(on: order)
        try key.withUnsafeBytes { key in
            let isSeen = try seen.value(for: order.id) {
                // What breaks no rule is only noted: whether it was before makes no difference, and looking costs.
                if reason == nil { return nil }
                return try context.withState(partition: record.partition, key: key) { $0 == nil ? nil : true }
            }
            if isSeen == true { return }
            seen.set(true, for: order.id)
            guard let reason else { return context.setState(partition: record.partition, key: key, state: TaskContext.present) }
            let alert = FraudAlert(
                orderID: order.id, customerID: order.customerID, reason: reason, amount: order.amount, country: order.country,
                detectedAt: Timestamp(millisecondsSinceEpoch: context.nowMilliseconds))
            json.removeAll()
            alert.encode(into: &json)
            try json.withUnsafeBytes { try context.emitState(partition: record.partition, key: key, value: $0, state: TaskContext.present) }
        }
    }

    public func commit() { seen.commit() }
    public func reset() { seen.reset() }
}
