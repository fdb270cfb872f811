import Kafka
import OrderEvents
import StreamProcessing

/// Joins orders, payments and fraud alerts into one document per order, and counts.
///
/// The topics are co-partitioned and one member reads the same partition of each, so an order's document and its
/// share of the aggregates are always in one place. An aggregate changes by the difference between an order's old
/// and new document, so nothing is counted twice, however often its events come.
public final class AnalyticsProcessor: StreamProcessor {
    public static let definition = TaskDefinition(
        Topology.analytics, stateOf: AnalyticsProcessor.state,
        joins: JoinedInputs(lead: Topics.orders.name, follow: Topics.payments.name),
        // What the dashboard shows of an order waits for this one.
        worthwhile: 16)

    /// Documents are kept in a short form, aggregates as they are.
    private static let state: StateOfRecord = { key, value, state in
        guard OrderID(key: key) != nil else { return state.append(contentsOf: value) }
        DocumentState.encode(try OrderDocument(json: value), into: &state)
    }

    /// A document and where it belongs.
    private struct Entry {
        var document: OrderDocument
        var partition: Int32
    }

    private let reader = OrderReader()
    private var documents = KeyedState<OrderID, Entry>(capacity: 65_536)
    private var aggregates = KeyedState<AggregateKey, Aggregate>(capacity: 4_096)

    public init() {}

    public nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        let orders = context.topicID(Topics.orders.name)
        let payments = context.topicID(Topics.payments.name)
        for record in batch {
            switch record.topic {
            case orders: try takeOrder(record, in: context)
            case payments: try takePayment(record, in: context)
            default: try takeAlert(record, in: context)
            }
        }
        let now = Timestamp(millisecondsSinceEpoch: context.nowMilliseconds)
        try documents.updateChanged { _, entry in
            entry.document.revision += 1
            entry.document.updatedAt = now
            try context.emit(
                .order(entry.document), on: Topics.orderAnalytics, keeping: entry.document, partition: entry.partition)
        }
        try aggregates.updateChanged { _, aggregate in
            aggregate.revision += 1
            aggregate.updatedAt = now
            try context.emitAndKeep(.aggregate(aggregate), on: Topics.orderAnalytics, partition: aggregate.partition)
        }
    }

    public func commit() {
        documents.commit()
        aggregates.commit()
    }

    public func reset() {
        documents.reset()
        aggregates.reset()
    }

    // MARK: events to documents

    private func takeOrder(_ record: Record, in context: any TaskContext) throws {
        guard let order = reader.read(record, in: context), reader.isAtHome(order, record, in: context) else { return }
        let seenAt = Timestamp(millisecondsSinceEpoch: record.timestamp)
        func isTimeAssigned() -> Bool { record.headers.contains { $0.name == OrderHeader.assignedTime } }
        try change(order.id, record, in: context) { document in
            if let document {
                let differences = document.conflicts(with: order, isTimeAssigned: isTimeAssigned)
                if !differences.isEmpty { context.deadLetter(record, .conflict(differences)) }
            }
            return .applying(order, seenAt: seenAt, isTimeAssigned: isTimeAssigned, to: document)
        }
    }

    private func takePayment(_ record: Record, in context: any TaskContext) throws {
        do {
            guard let payment = try Topics.payments.value(of: record) else { return }
            try changeAtHome(payment.orderID, record, Topics.payments, in: context) { .applying(payment, to: $0) }
        } catch let error as EventError {
            context.deadLetter(record, DeadLetterReason(error))
        }
    }

    private func takeAlert(_ record: Record, in context: any TaskContext) throws {
        do {
            guard let alert = try Topics.fraudAlerts.value(of: record) else { return }
            try changeAtHome(alert.orderID, record, Topics.fraudAlerts, in: context) { .applying(alert, to: $0) }
        } catch let error as EventError {
            context.deadLetter(record, DeadLetterReason(error))
        }
    }

    /// Payments and alerts are produced into their order's partition; one that is elsewhere cannot be joined.
    private func changeAtHome(
        _ id: OrderID, _ record: Record, _ topic: Topic<some EventValue>, in context: any TaskContext,
        _ apply: (OrderDocument?) -> OrderDocument
    ) throws {
        switch context.place(of: id, record, on: topic) {
        case .home: try change(id, record, in: context, apply)
        // Its copy is read.
        case .moved: break
        case .astray:
            let home = id.withKeyBytes { context.layout.home(ofKey: $0) }
            context.deadLetter(
                record,
                DeadLetterReason(
                    code: "wrong_partition",
                    detail:
                        "order \(id) belongs into partition \(home), not \(record.partition): homes are murmur2(order_id) mod \(context.layout.homes)"
                ))
        }
    }

    private func change(
        _ id: OrderID, _ record: Record, in context: any TaskContext, _ apply: (OrderDocument?) -> OrderDocument
    ) throws {
        let old = try document(id, partition: record.partition, in: context)
        let new = apply(old)
        // The same event again.
        if new == old { return }
        do {
            try count(from: old, to: new, partition: record.partition, in: context)
        } catch let error as EventError {
            // More pairs of country and currency than an aggregate holds: this one record is not taken.
            context.deadLetter(record, DeadLetterReason(error))
            return
        }
        documents.set(Entry(document: new, partition: record.partition), for: id)
    }

    private func document(_ id: OrderID, partition: Int32, in context: any TaskContext) throws -> OrderDocument? {
        let entry = try documents.value(for: id) {
            try context.state(OrderDocument.self, of: id, partition: partition).map {
                Entry(document: $0, partition: partition)
            }
        }
        return entry?.document
    }

    // MARK: documents to aggregates

    /// Takes the step from the old document to the new one in every aggregate that it touches, or in none.
    private func count(from old: OrderDocument?, to new: OrderDocument, partition: Int32, in context: any TaskContext)
        throws
    {
        let before = old.map { AggregateWindow.minute(of: $0.order) }
        let after = AggregateWindow.minute(of: new.order)
        try step(.allTime, partition, from: old, to: new, in: context)
        do {
            try step(after, partition, from: old, to: new, in: context)
        } catch let error as EventError {
            try step(.allTime, partition, from: new, to: old, in: context)
            throw error
        }
        // An order that moved to another minute leaves the first one. Subtracting what was added always fits.
        if let before, before != after { try step(before, partition, from: old, to: new, in: context) }
    }

    private func step(
        _ window: AggregateWindow, _ partition: Int32, from old: OrderDocument?, to new: OrderDocument?,
        in context: any TaskContext
    ) throws {
        let key = AggregateKey(window: window, partition: partition)
        try aggregates.update(key) {
            try context.state(AggregateState.self, of: key, partition: partition)?.aggregate
                ?? Aggregate(window: window, partition: partition)
        } _: { aggregate in
            try aggregate.change(from: old, to: new)
            aggregate.late += aggregate.window.lateness(of: new) - aggregate.window.lateness(of: old)
        }
    }
}
