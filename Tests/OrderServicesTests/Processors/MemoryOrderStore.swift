import OrderEvents
import OrderStore
import Synchronization

/// The writing half of a store, in memory, by the rule that every store keeps: a revision that is not newer changes nothing.
final class MemoryOrderStore: OrderStore {
    private struct State {
        var rows: [OrderID: OrderDocument] = [:]
        var aggregates: [String: Aggregate] = [:]
        var writes = 0
        var failures: [any Error] = []
        var change: (@Sendable (OrderDocument) -> OrderDocument?)?
    }

    private struct NotForThis: Error {}

    private let state = Mutex(State())

    var rows: [OrderID: OrderDocument] { state.withLock { $0.rows } }
    var aggregates: [Aggregate] { state.withLock { Array($0.aggregates.values) } }
    var writes: Int { state.withLock { $0.writes } }

    /// The next writes fail so, and write nothing.
    func fail(with errors: [any Error]) { state.withLock { $0.failures = errors } }

    /// Plants a fault: what is written in place of a document.
    func change(_ change: @escaping @Sendable (OrderDocument) -> OrderDocument?) {
        state.withLock { $0.change = change }
    }

    func apply(_ batch: StoreBatch) async throws {
        try state.withLock { state in
            if !state.failures.isEmpty { throw state.failures.removeFirst() }
            state.writes += 1
            for document in batch.orders {
                guard let document = state.change.map({ $0(document) }) ?? document else { continue }
                if state.rows[document.order.id]?.revision ?? -1 < document.revision {
                    state.rows[document.order.id] = document
                }
            }
            for aggregate in batch.aggregates {
                let key = "\(aggregate.window) \(aggregate.partition)"
                if state.aggregates[key]?.revision ?? -1 < aggregate.revision { state.aggregates[key] = aggregate }
            }
        }
    }

    func order(_ id: OrderID) async throws -> OrderDocument? { rows[id] }
    func ping() async throws {}
    func close() async throws {}

    // What no test of a processor reads.
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
