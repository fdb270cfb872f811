import Kafka
import OrderEvents
import StreamProcessing

/// Judges every order event by the built-in rule. An order is flagged once, at the first of its events that
/// breaks the rule; the keyed state, restored from fraud-alerts, knows the flagged ones.
public final class FraudProcessor: StreamProcessor {
    public static let definition = TaskDefinition(
        name: "fraud", group: ConsumerGroups.fraud, inputs: [Topics.orders.name], changelog: Topics.fraudAlerts.name,
        stateOf: TaskDefinition.presence)

    private let reader = OrderReader()
    private var flagged = KeyedState<OrderID, Bool>()
    private var json = JSONBytes()

    public init() {}

    public nonisolated(nonsending) func process(_ batch: RecordBatch, in context: TaskContext) async throws {
        for record in batch {
            guard let order = try reader.read(record, in: context), reader.isAtHome(order, record, in: context),
                let reason = FraudRule.builtIn.verdict(on: order)
            else { continue }
            let key = OrderKey(order.id)
            let isFlagged = try key.withUnsafeBytes { key in
                try flagged.value(for: order.id) {
                    try context.withState(partition: record.partition, key: key) { $0 == nil ? nil : true }
                }
            }
            if isFlagged != nil { continue }
            let alert = FraudAlert(
                orderID: order.id, customerID: order.customerID, reason: reason, amount: order.amount, country: order.country,
                detectedAt: Timestamp(millisecondsSinceEpoch: context.nowMilliseconds))
            json.removeAll()
            alert.encode(into: &json)
            try key.withUnsafeBytes { key in
                try json.withUnsafeBytes { try context.emitState(partition: record.partition, key: key, value: $0, state: TaskContext.present) }
            }
            flagged.set(true, for: order.id)
        }
    }

    public func commit() { flagged.commit() }
    public func reset() { flagged.reset() }
}
