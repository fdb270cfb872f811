import OrderEvents
import OrderStore

/// A store that cannot do anything.
struct BrokenStore: OrderStore {
    let error: OrderStoreError

    func apply(_ batch: StoreBatch) async throws { throw error }
    func ping() async throws { throw error }
    func order(_ id: OrderID) async throws -> OrderDocument? { throw error }
    func newestOrders(limit: Int, until moment: Timestamp) async throws -> [OrderDocument] { throw error }
    func orders(
        matching filter: OrderFilter, sort: OrderSort, after cursor: OrderCursor?, limit: Int
    ) async throws -> Page<OrderDocument> {
        throw error
    }
    func alerts(after cursor: OrderCursor?, limit: Int) async throws -> Page<OrderDocument> { throw error }
    func aggregates(from: Timestamp, to: Timestamp) async throws -> [Aggregate] { throw error }
    func totals() async throws -> [Aggregate] { throw error }
    func refundsDue() async throws -> [RefundsDue] { throw error }
    func counts() async throws -> StoreCounts { throw error }
    func scan(_ body: (OrderDocument) throws -> Void) async throws { throw error }
    func reserveIdempotencyKey(
        _ key: String, requestHash: [UInt8], orderID: OrderID, now: Timestamp
    ) async throws -> IdempotencyOutcome { throw error }
    func completeIdempotencyKey(_ key: String, now: Timestamp) async throws { throw error }
    func releaseIdempotencyKey(_ key: String) async throws { throw error }
    func close() async throws {}
}
