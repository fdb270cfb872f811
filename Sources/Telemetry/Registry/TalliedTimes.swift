import CoreMetrics

/// A histogram of times that takes the observations of a whole batch at once.
///
/// A ``Tally`` is counted by one thread, without an atomic operation: one subtraction and a few comparisons for each
/// observation. Giving it over costs one atomic addition for each bucket that was hit, so once a batch.
public struct TalliedTimes: Sendable {
    /// Observations of one thread that no histogram has yet.
    public struct Tally: Sendable {
        /// Upper bounds in milliseconds, inclusive, ascending.
        @usableFromInline let bounds: [Int64]
        /// One more than there are bounds: what is above all of them.
        @usableFromInline var counts: [Int64]
        @usableFromInline var totalMilliseconds: Int64 = 0

        init(bounds: [Int64]) {
            self.bounds = bounds
            counts = Array(repeating: 0, count: bounds.count + 1)
        }

        /// Counts one observation. One below 0, from clocks that differ, counts as 0.
        @inlinable
        public mutating func observe(milliseconds: Int64) {
            let value = max(0, milliseconds)
            var bucket = 0
            while bucket < bounds.count, bounds[bucket] < value { bucket += 1 }
            counts[bucket] += 1
            totalMilliseconds += value
        }
    }

    private let bounds: [Int64]
    /// nil where the process's metrics go nowhere.
    private let histogram: PrometheusHistogram?

    init(_ definition: MetricDefinition, _ values: [String], _ factory: any MetricsFactory) {
        bounds = definition.bounds.map { Int64(($0 * 1_000).rounded()) }
        let handler = factory.makeTimer(label: definition.name, dimensions: definition.dimensions(values))
        histogram = handler as? PrometheusHistogram
    }

    /// An empty one, to count a batch in.
    public func makeTally() -> Tally { Tally(bounds: bounds) }

    /// Adds what was counted.
    public func add(_ tally: Tally) {
        histogram?.add(tally.counts, sum: Double(tally.totalMilliseconds) / 1_000)
    }
}

extension TimeMetric {
    /// For the observations of whole batches.
    ///
    /// - Parameter factory: what records it; the process's if left out.
    public func tallied(_ values: String..., in factory: (any MetricsFactory)? = nil) -> TalliedTimes {
        TalliedTimes(definition, values, factory ?? MetricsSystem.factory)
    }
}
