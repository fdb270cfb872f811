import OrdersAPI
import Synchronization

/// A tail whose updates a test sends. ``send(_:)`` returns when the update has been dealt with.
final class FakeTail: AnalyticsTail {
    typealias Element = TailUpdate
    typealias Failure = any Error

    private struct State {
        /// Stands at the beginning of one partition, until a test says otherwise.
        var pending: [TailUpdate] = [.positioned([0: 0])]
        var consumer: CheckedContinuation<TailUpdate?, Never>?
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error
        let tail: FakeTail

        func next() async throws -> TailUpdate? { await tail.next() }
    }

    func makeAsyncIterator() -> Iterator { Iterator(tail: self) }

    func send(_ update: TailUpdate) async {
        await withCheckedContinuation { continuation in
            let consumer = state.withLock { state in
                state.idle.append(continuation)
                defer { state.consumer = nil }
                if state.consumer == nil { state.pending.append(update) }
                return state.consumer
            }
            consumer?.resume(returning: update)
        }
    }

    func send(_ records: [TailRecord]) async { await send(.records(records)) }

    private func next() async -> TailUpdate? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (update, idle) = state.withLock { state -> (TailUpdate?, [CheckedContinuation<Void, Never>]) in
                    if !state.pending.isEmpty { return (state.pending.removeFirst(), []) }
                    state.consumer = continuation
                    defer { state.idle = [] }
                    return (nil, state.idle)
                }
                if let update { continuation.resume(returning: update) }
                for waiter in idle { waiter.resume() }
                if Task.isCancelled { end() }
            }
        } onCancel: {
            end()
        }
    }

    private func end() {
        let consumer = state.withLock { state in
            defer { state.consumer = nil }
            return state.consumer
        }
        consumer?.resume(returning: nil)
    }
}
