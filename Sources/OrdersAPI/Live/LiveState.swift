import NIOCore
import OrderEvents
import Synchronization

/// What the API shows as of now: aggregates and newest orders, loaded from the store and kept up to date from the log's
/// tail.
final class LiveState: StatsSource {
    private struct State: Sendable {
        var aggregates = LiveAggregates()
        var orders = RecentOrders()
        var refunds: [RefundsDue] = []
    }

    private let state = Mutex(State())
    let now: @Sendable () -> Timestamp

    init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
    }

    /// Takes in what the tail brought.
    func fold(_ records: [TailRecord]) {
        let now = self.now()
        state.withLock { state in
            for record in records {
                switch record.event {
                case .order(let document): state.orders.fold(document, now: now)
                case .aggregate(let aggregate):
                    let place = LiveAggregates.Place(partition: record.partition, offset: record.offset)
                    state.aggregates.fold(aggregate, at: place, now: now)
                case nil: break
                }
            }
        }
    }

    /// Takes in what the store has: totals, the windows since `since`, the newest orders.
    func merge(aggregates: [Aggregate], since: Timestamp, orders: [OrderDocument]) {
        let now = self.now()
        state.withLock { state in
            state.aggregates.expire(now: now)
            for aggregate in aggregates { state.aggregates.fold(aggregate, at: nil, now: now) }
            state.aggregates.noteLoaded(since: since)
            for document in orders { state.orders.fold(document, now: now) }
        }
    }

    func newestOrders(_ count: Int) -> [OrderDocument] {
        state.withLock { $0.orders.newest(count) }
    }

    func totals() -> Aggregate { aggregates.sumOfTotals() }

    /// What is owed back, as the store had it a moment ago.
    var refunds: [RefundsDue] { state.withLock { $0.refunds } }

    /// Returns whether anything changed.
    func setRefunds(_ refunds: [RefundsDue]) -> Bool {
        state.withLock { state in
            defer { state.refunds = refunds }
            return state.refunds != refunds
        }
    }

    /// A copy, so that sums are made without the lock.
    var aggregates: LiveAggregates { state.withLock { $0.aggregates } }

    // MARK: StatsSource

    func closeTick() -> UInt64? {
        state.withLock { $0.aggregates.closeTick() }
    }

    func statsEvent(since: StatsSince) -> ByteBuffer {
        let (aggregates, refunds) = state.withLock { ($0.aggregates, $0.refunds) }
        let changed = aggregates.changedWindows(since: since, now: now())
        return ServerSentEvent.open("stats") { json in
            json.key("totals")
            json.totals(aggregates.sumOfTotals(), refunds)
            json.array("points", changed.map { aggregates.sum(ofWindow: $0) }) { json, window in
                json.point(window, by: nil)
            }
        }
    }
}
