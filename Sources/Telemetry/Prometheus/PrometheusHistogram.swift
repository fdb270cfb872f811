import CoreMetrics
import Synchronization

/// Counts observations in buckets that are fixed when it is made, so its size never grows.
///
/// Serves swift-metrics' `Timer` (nanoseconds come in, seconds go out) and its aggregating `Recorder`.
final class PrometheusHistogram: TimerHandler, RecorderHandler, PrometheusSeries {
    /// Upper bounds of all buckets but the last (+Inf), ascending.
    private let bounds: [Double]
    private let counts: Buckets
    private let sum = AtomicDouble()

    init(bounds: [Double]) {
        self.bounds = bounds
        self.counts = Buckets(count: bounds.count + 1)
    }

    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }
    func record(_ value: Int64) { observe(Double(value)) }
    func record(_ value: Double) { observe(value) }

    /// Adds observations that were counted elsewhere, by the same bounds.
    func add(_ amounts: [Int64], sum total: Double) {
        precondition(amounts.count == bounds.count + 1, "counted by other bounds")
        for (index, amount) in amounts.enumerated() where amount > 0 { counts.increment(index, by: amount) }
        sum.add(total)
    }

    private func observe(_ value: Double) {
        guard !value.isNaN else { return }
        counts.increment(bucket(of: value))
        sum.add(value)
    }

    /// The first bucket whose bound is not below the value (bounds are inclusive).
    private func bucket(of value: Double) -> Int {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The count is the sum of the buckets as they were read, so it always equals the +Inf bucket.
    func write(to text: inout PrometheusText, name: String, labels: String) {
        let prefix = labels.isEmpty ? "" : labels + ","
        var cumulative: Int64 = 0
        for (index, bound) in bounds.enumerated() {
            cumulative += counts.load(index)
            let le = PrometheusText.number(bound)
            text.sample(name + "_bucket", labels: "\(prefix)le=\"\(le)\"", value: Double(cumulative))
        }
        cumulative += counts.load(bounds.count)
        text.sample(name + "_bucket", labels: prefix + "le=\"+Inf\"", value: Double(cumulative))
        text.sample(name + "_sum", labels: labels, value: sum.load())
        text.sample(name + "_count", labels: labels, value: Double(cumulative))
    }

    /// A fixed row of atomic counters (an array cannot hold what is not copyable).
    private final class Buckets: Sendable {
        // Invariant that makes this safe to share: the buffer is set once here, freed once at deinit,
        // and its elements are only touched through their atomic operations.
        nonisolated(unsafe) private let cells: UnsafeMutableBufferPointer<Atomic<Int64>>

        init(count: Int) {
            let cells = UnsafeMutableBufferPointer<Atomic<Int64>>.allocate(capacity: count)
            for index in 0..<count { cells.initializeElement(at: index, to: Atomic(0)) }
            self.cells = cells
        }

        deinit {
            cells.deinitialize().deallocate()
        }

        func increment(_ index: Int, by amount: Int64 = 1) {
            cells[index].wrappingAdd(amount, ordering: .relaxed)
        }
        func load(_ index: Int) -> Int64 { cells[index].load(ordering: .relaxed) }
    }
}
