import Kafka
import OrderEvents
import StreamProcessing

/// Charges each order once, at its first CREATED or CONFIRMED event, never at a CANCELLED one. The keyed state,
/// restored from the payments topic, knows the orders that have their outcome.
public final class PaymentProcessor: StreamProcessor {
    public static let definition = TaskDefinition(
        name: "payments", group: ConsumerGroups.payments, inputs: [Topics.orders.name], changelog: Topics.payments.name,
        stateOf: TaskDefinition.presence)

    private struct Due {
        var order: Order
        var partition: Int32
    }

    private let gateway: any PaymentGateway
    private let reader = OrderReader()
    private var charged = KeyedState<OrderID, Bool>()
    private var due: [Due] = []
    private var json = JSONBytes()

    public init(gateway: any PaymentGateway) { self.gateway = gateway }

    public nonisolated(nonsending) func process(_ batch: RecordBatch, in context: TaskContext) async throws {
        due.removeAll(keepingCapacity: true)
        for record in batch { try collect(record, in: context) }
        if due.isEmpty { return }
        let outcomes = try await gateway.charge(
            due.map {
                ChargeRequest(
                    orderID: $0.order.id, customerID: $0.order.customerID, amount: $0.order.amount, country: $0.order.country)
            })
        guard outcomes.count == due.count else {
            throw PaymentGatewayError("the processor answered \(outcomes.count) of \(due.count) charges")
        }
        let now = Timestamp(millisecondsSinceEpoch: context.nowMilliseconds)
        for (due, outcome) in zip(due, outcomes) { try emit(due, outcome, at: now, in: context) }
    }

    /// Notes the order if it has to be charged. Within a batch its first event counts.
    private func collect(_ record: Record, in context: TaskContext) throws {
        guard let order = try reader.read(record, in: context) else { return }
        guard reader.isAtHome(order, record, in: context) else {
            try reader.sendHome(order, record, in: context)
            return
        }
        guard order.status != .cancelled else { return }
        let isCharged = try charged.value(for: order.id) {
            try OrderKey(order.id).withUnsafeBytes { key in
                try context.withState(partition: record.partition, key: key) { $0 == nil ? nil : true }
            }
        }
        if isCharged != nil { return }
        charged.set(true, for: order.id)
        due.append(Due(order: order, partition: record.partition))
    }

    private func emit(_ due: Due, _ outcome: ChargeOutcome, at now: Timestamp, in context: TaskContext) throws {
        let order = due.order
        var payment = Payment(
            orderID: order.id, customerID: order.customerID, status: .paid, amount: order.amount, country: order.country,
            declineReason: nil, processedAt: now)
        if case .declined(let reason) = outcome {
            payment.status = .declined
            payment.declineReason = reason
        }
        json.removeAll()
        payment.encode(into: &json)
        try OrderKey(order.id).withUnsafeBytes { key in
            try json.withUnsafeBytes { try context.emitState(partition: due.partition, key: key, value: $0, state: TaskContext.present) }
        }
    }

    public func commit() { charged.commit() }
    public func reset() { charged.reset() }
}
