import OrderEvents
import OrderStore

/// What the store has: of each key the newest revision.
final class PlatformStore {
    private(set) var rows: [OrderID: OrderDocument] = [:]
    private(set) var aggregates: [AggregateKey: Aggregate] = [:]
    private(set) var writes = 0
    /// For so many calls it takes one thing at a time, and does not say so.
    var indigestion = 0

    /// By the rule that every store keeps: a revision that is not newer changes nothing.
    func apply(_ batch: StoreBatch) {
        writes += 1
        for document in batch.orders where rows[document.order.id]?.revision ?? -1 < document.revision {
            rows[document.order.id] = document
        }
        for aggregate in batch.aggregates {
            let key = AggregateKey(aggregate)
            if aggregates[key]?.revision ?? -1 < aggregate.revision { aggregates[key] = aggregate }
        }
    }
}

/// The writing half of a store; nothing in a run reads the other one.
class WritingStore: OrderStore, @unchecked Sendable {
    struct NotForThis: Error {}

    func apply(_ batch: StoreBatch) async throws { throw NotForThis() }
    func ping() async throws {}
    func close() async throws {}

    func order(_ id: OrderID) async throws -> OrderDocument? { throw NotForThis() }
    func newestOrders(limit: Int, until moment: Timestamp) async throws -> [OrderDocument] { throw NotForThis() }
    func orders(
        matching filter: OrderFilter, sort: OrderSort, after cursor: OrderCursor?, limit: Int
    ) async throws -> Page<OrderDocument> { throw NotForThis() }
    func alerts(after cursor: OrderCursor?, limit: Int) async throws -> Page<OrderDocument> { throw NotForThis() }
    func aggregates(from: Timestamp, to: Timestamp) async throws -> [Aggregate] { throw NotForThis() }
    func totals() async throws -> [Aggregate] { throw NotForThis() }
    func refundsDue() async throws -> [RefundsDue] { throw NotForThis() }
    func counts() async throws -> StoreCounts { throw NotForThis() }
    func scan(_ body: (OrderDocument) throws -> Void) async throws { throw NotForThis() }
    func reserveIdempotencyKey(
        _ key: String, requestHash: [UInt8], orderID: OrderID, now: Timestamp
    ) async throws -> IdempotencyOutcome { throw NotForThis() }
    func completeIdempotencyKey(_ key: String, now: Timestamp) async throws { throw NotForThis() }
    func releaseIdempotencyKey(_ key: String) async throws { throw NotForThis() }
}
