import Histogram
import OrderEvents
import StreamProcessing
import Synchronization

/// Watches the sink's writes: how many orders have their payment in the store, and how long each took from its log
/// time.
final class StoreProbe: Sendable {
    private struct State {
        var paid: Set<OrderID> = []
        var milliseconds = Histogram<UInt64>(highestTrackableValue: 3_600_000)
        var last: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    let expected: Int
    private let done: AsyncStream<Void>.Continuation
    /// Ends when all expected orders are paid in the store.
    let finished: AsyncStream<Void>

    init(expected: Int) {
        self.expected = expected
        (finished, done) = AsyncStream.makeStream(of: Void.self)
    }

    @Sendable func didApply(_ documents: [OrderDocument]) {
        let now = wallClockMilliseconds()
        let isComplete = state.withLock { state in
            for document in documents where document.payment != nil && state.paid.insert(document.order.id).inserted {
                guard let seen = document.createdSeenAt else { continue }
                _ = state.milliseconds.record(UInt64(max(0, now - seen.millisecondsSinceEpoch)))
            }
            state.last = .now
            return state.paid.count >= expected
        }
        if isComplete { done.finish() }
    }

    /// Milliseconds at the percentile, and when the last batch was written.
    func result() -> (p50: UInt64, p99: UInt64, max: UInt64, last: ContinuousClock.Instant?) {
        state.withLock {
            ($0.milliseconds.valueAtPercentile(50), $0.milliseconds.valueAtPercentile(99), $0.milliseconds.max, $0.last)
        }
    }
}
