import Kafka
import OrderEvents
import OrderStore
import OrderTracing
import StreamProcessing

/// Brings order-analytics into the order store: of each key the latest revision of a batch, in one write.
///
/// The store takes a revision only if it is newer than what it has, so a batch that comes again after a crash changes
/// nothing.
public final class SinkProcessor: StreamProcessor {
    public static let definition = TaskDefinition(Topology.sink, maxBatch: 10_000)

    private let store: any OrderStore
    /// What the store is, for its spans: `sqlite`, `couchbase`.
    private let system: String
    private let didApply: (@Sendable ([OrderDocument]) -> Void)?
    private var orders: [OrderID: OrderDocument] = [:]
    private var aggregates: [AggregateKey: Aggregate] = [:]

    /// - Parameters:
    ///   - system: what the store is, by OpenTelemetry's names: `sqlite`, `couchbase`.
    ///   - didApply: sees the documents of each batch after the store has them; used to measure.
    public init(
        store: any OrderStore, system: String = "sqlite", didApply: (@Sendable ([OrderDocument]) -> Void)? = nil
    ) {
        self.store = store
        self.system = system
        self.didApply = didApply
    }

    public nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        orders.removeAll(keepingCapacity: true)
        aggregates.removeAll(keepingCapacity: true)
        for record in batch { take(record, in: context) }
        if orders.isEmpty, aggregates.isEmpty { return }
        let documents = Array(orders.values)
        let changes = StoreBatch(orders: documents, aggregates: Array(aggregates.values))
        try await context.traced("upsert orders", span(of: changes)) { try await store.apply(changes) }
        didApply?(documents)
    }

    private func span(of changes: StoreBatch) -> [SpanAttributePair] {
        [
            SpanAttributePair("db.system.name", .text(system)), SpanAttributePair("db.operation.name", "upsert"),
            SpanAttributePair("db.collection.name", "orders"),
            SpanAttributePair(
                "db.operation.batch.size", .integer(Int64(changes.orders.count + changes.aggregates.count))),
        ]
    }

    private func take(_ record: Record, in context: any TaskContext) {
        do {
            switch try Topics.orderAnalytics.value(of: record) {
            // A tombstone: the order left the analytics' horizon. The store keeps what it has.
            case nil: return
            case .order(let document):
                if let seen = orders[document.order.id], seen.revision >= document.revision { return }
                orders[document.order.id] = document
            case .aggregate(let aggregate):
                let key = AggregateKey(aggregate)
                if let seen = aggregates[key], seen.revision >= aggregate.revision { return }
                aggregates[key] = aggregate
            }
        } catch {
            context.deadLetter(record, DeadLetterReason(error))
        }
    }
}
