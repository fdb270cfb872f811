import OrderStore

/// Whether the store answers, and how much is in it.
enum StoreStatus: Sendable, Equatable {
    case ok(orders: Int64)
    /// With the reason, for people.
    case down(String)

    /// Asks the store; takes at most `timeout`.
    static func look(at store: any OrderStore, timeout: Duration) async -> StoreStatus {
        do {
            let orders = try await withDeadline(timeout) {
                try await store.ping()
                return try await store.orderCount()
            }
            return .ok(orders: orders)
        } catch let error as OrderStoreError {
            return .down(error.message)
        } catch is DeadlineExceeded {
            return .down("no answer within \(timeout)")
        } catch {
            return .down("\(error)")
        }
    }
}

struct DeadlineExceeded: Error {}

/// Runs `body` for at most `timeout`; then it is cancelled, and this throws ``DeadlineExceeded`` once it has ended.
func withDeadline<Value: Sendable>(
    _ timeout: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: timeout)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else { throw DeadlineExceeded() }
        return value
    }
}
