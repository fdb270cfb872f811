import OrderEvents
import OrderStore

extension OrderStore {
    /// The minute windows of a range of any length: read in pieces, because one answer of the store is bounded
    /// (``StoreLimits/maximumWindows``).
    func windows(from: Timestamp, to: Timestamp) async throws -> [Aggregate] {
        // Three hours in up to 111 partitions fit into one answer.
        let step: Int64 = 180 * AggregateWindow.minuteMilliseconds
        var windows: [Aggregate] = []
        var start = from
        while start < to {
            let end = min(to, start.advanced(byMilliseconds: step))
            windows += try await aggregates(from: start, to: end)
            start = end
        }
        return windows
    }
}
