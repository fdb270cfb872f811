import OrderEvents
import OrdersAPI
import Synchronization

/// A log in memory that can fail, and can be held up.
final class FakeLog: OrderLog {
    private struct State {
        var orders: [Order] = []
        var assigned: [Bool] = []
        var failure: OrderLogError?
        var isHeld = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var arrivals: [CheckedContinuation<Void, Never>] = []
    }

    let topic = "orders"
    private let state = Mutex(State())

    var orders: [Order] { state.withLock { $0.orders } }
    /// Of each order: whether its time is said to be not the client's.
    var assignedTimes: [Bool] { state.withLock { $0.assigned } }

    func fail(with error: OrderLogError?) { state.withLock { $0.failure = error } }

    /// From now on appends wait for ``release()``.
    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let waiting = state.withLock { state in
            state.isHeld = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once an append waits.
    func arrival() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.waiting.isEmpty { state.arrivals.append(continuation) }
                return !state.waiting.isEmpty
            }
            if isThere { continuation.resume() }
        }
    }

    func append(_ order: Order, isTimeAssigned: Bool) async throws(OrderLogError) -> LogReceipt {
        await withCheckedContinuation { continuation in
            let (goesOn, arrivals) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
                guard state.isHeld else { return (true, []) }
                state.waiting.append(continuation)
                defer { state.arrivals = [] }
                return (false, state.arrivals)
            }
            if goesOn { continuation.resume() }
            for arrival in arrivals { arrival.resume() }
        }
        let (failure, offset) = state.withLock { state -> (OrderLogError?, Int64) in
            if state.failure == nil {
                state.orders.append(order)
                state.assigned.append(isTimeAssigned)
            }
            return (state.failure, Int64(state.orders.count - 1))
        }
        if let failure { throw failure }
        return LogReceipt(partition: 3, offset: offset)
    }
}
