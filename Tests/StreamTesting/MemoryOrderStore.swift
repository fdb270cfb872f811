import OrderEvents
import OrderStore
import Synchronization

/// The writing half of a store, in memory, by the rule that every store keeps: a revision that is not newer changes nothing.
package final class MemoryOrderStore: OrderStore {
    private struct State {
        var rows: [OrderID: OrderDocument] = [:]
        var aggregates: [String: Aggregate] = [:]
        var writes = 0
        var failures: [any Error] = []
        var change: (@Sendable (OrderDocument) -> OrderDocument?)?
    }

    private struct NotForThis: Error {}

    private let state = Mutex(State())

    package init() {}

    package var rows: [OrderID: OrderDocument] { state.withLock { $0.rows } }
    package var aggregates: [Aggregate] { state.withLock { Array($0.aggregates.values) } }
    package var writes: Int { state.withLock { $0.writes } }

    /// The next writes fail so, and write nothing.
    package func fail(with errors: [any Error]) { state.withLock { $0.failures = errors } }

    /// Plants a fault: what is written in place of a document.
    package func change(_ change: @escaping @Sendable (OrderDocument) -> OrderDocument?) {
        state.withLock { $0.change = change }
    }

    package func apply(_ batch: StoreBatch) async throws {
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

    package func order(_ id: OrderID) async throws -> OrderDocument? { rows[id] }
    package func ping() async throws {}
    package func close() async throws {}

    // What no test of a processor reads.
    package func newestOrders(limit: Int, until moment: Timestamp) async throws -> [OrderDocument] {
        throw NotForThis()
    }
    package func orders(
        matching filter: OrderFilter, sort: OrderSort, after cursor: OrderCursor?, limit: Int
    ) async throws -> Page<OrderDocument> { throw NotForThis() }
    package func alerts(after cursor: OrderCursor?, limit: Int) async throws -> Page<OrderDocument> {
        throw NotForThis()
    }
    package func aggregates(from: Timestamp, to: Timestamp) async throws -> [Aggregate] { throw NotForThis() }
    package func totals() async throws -> [Aggregate] { throw NotForThis() }
    package func refundsDue() async throws -> [RefundsDue] { throw NotForThis() }
    package func counts() async throws -> StoreCounts { throw NotForThis() }
    package func scan(_ body: (OrderDocument) throws -> Void) async throws { throw NotForThis() }
    package func reserveIdempotencyKey(
        _ key: String, requestHash: [UInt8], orderID: OrderID, now: Timestamp
    ) async throws -> IdempotencyOutcome { throw NotForThis() }
    package func completeIdempotencyKey(_ key: String, now: Timestamp) async throws { throw NotForThis() }
    package func releaseIdempotencyKey(_ key: String) async throws { throw NotForThis() }
}
