import Metrics
import Telemetry

/// What the sink says about the store's batches.
struct SinkMetrics {
    private let acceptedToStored: TalliedTimes
    private let writeTime: Metrics.Timer
    private let orders: Counter
    private let aggregates: Counter

    init(factory: (any MetricsFactory)?) {
        acceptedToStored = Metric.acceptedToStored.tallied(in: factory)
        writeTime = Metric.storeWriteDuration(in: factory)
        orders = Metric.storeRows("order", in: factory)
        aggregates = Metric.storeRows("aggregate", in: factory)
    }

    /// - Parameters:
    ///   - accepted: when the orders that the store did not have before were accepted, milliseconds since 1970.
    ///   - now: milliseconds since 1970.
    func stored(orders: Int, aggregates: Int, accepted: [Int64], took: Duration, now: Int64) {
        writeTime.record(duration: took)
        self.orders.increment(by: orders)
        self.aggregates.increment(by: aggregates)
        if accepted.isEmpty { return }
        var tally = acceptedToStored.makeTally()
        for moment in accepted { tally.observe(milliseconds: now - moment) }
        acceptedToStored.add(tally)
    }
}
