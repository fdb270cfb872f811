import OrderStore
import Synchronization

/// Counts the calls that are under way, so that closing can wait for them, and lets none in afterwards.
final class StoreGate: Sendable {
    private struct State {
        var isClosed = false
        var inside = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// - Throws: `.closed`, and whatever `body` throws.
    func pass<Value: Sendable>(store name: String, _ body: () async throws -> Value) async throws -> Value {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.inside += 1 }
            return !state.isClosed
        }
        guard isOpen else { throw OrderStoreError(.closed, "\(name) has been closed") }
        defer { leave() }
        return try await body()
    }

    private func leave() {
        let waiters = state.withLock { state in
            state.inside -= 1
            guard state.inside == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns whether it was open, once nobody is inside.
    func close() async -> Bool {
        let wasOpen = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.inside > 0 { state.waiters.append(continuation) }
                return state.inside == 0
            }
            if isEmpty { continuation.resume() }
        }
        return wasOpen
    }
}
