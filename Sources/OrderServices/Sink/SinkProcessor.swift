import Kafka
import Metrics
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
    /// When the orders of the batch that the store does not have yet were accepted, milliseconds since 1970.
    private var accepted: [Int64] = []
    private let metrics: SinkMetrics

    /// - Parameters:
    ///   - system: what the store is, by OpenTelemetry's names: `sqlite`, `couchbase`.
    ///   - didApply: sees the documents of each batch after the store has them; used to measure.
    ///   - metricsFactory: what metrics are recorded with; the process's if left out.
    public init(
        store: any OrderStore, system: String = "sqlite", didApply: (@Sendable ([OrderDocument]) -> Void)? = nil,
        metricsFactory: (any MetricsFactory)? = nil
    ) {
        self.store = store
        self.system = system
        metrics = SinkMetrics(factory: metricsFactory)
        self.didApply = didApply
    }

    public nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        orders.removeAll(keepingCapacity: true)
        aggregates.removeAll(keepingCapacity: true)
        accepted.removeAll(keepingCapacity: true)
        for record in batch { take(record, in: context) }
        if orders.isEmpty, aggregates.isEmpty { return }
        let documents = Array(orders.values)
        let changes = StoreBatch(orders: documents, aggregates: Array(aggregates.values))
        let began = ContinuousClock.now
        try await context.traced("upsert orders", span(of: changes)) { try await store.apply(changes) }
        metrics.stored(
            orders: orders.count, aggregates: aggregates.count, accepted: accepted,
            took: ContinuousClock.now - began, now: context.nowMilliseconds)
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
                if let moment = document.acceptedNewly { accepted.append(moment.millisecondsSinceEpoch) }
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

extension OrderDocument {
    /// When the log took the order's first event, if this is the order's first document.
    ///
    /// The first document of an order whose payment or alert was read before its event says nothing of that event: such
    /// an order is not measured. One that comes again after a crash is measured again.
    fileprivate var acceptedNewly: Timestamp? {
        guard revision == 1 else { return nil }
        return [createdSeenAt, confirmedSeenAt, cancelledSeenAt].compactMap { $0 }.min()
    }
}
