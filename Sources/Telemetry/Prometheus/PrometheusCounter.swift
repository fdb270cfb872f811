import CoreMetrics
import Synchronization

/// A counter of whole numbers: only ever grows, but for ``reset()``.
final class PrometheusCounter: CounterHandler, PrometheusSeries {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        count.store(0, ordering: .relaxed)
    }

    func write(to text: inout PrometheusText, name: String, labels: String) {
        text.sample(name, labels: labels, value: Double(count.load(ordering: .relaxed)))
    }
}

/// A counter of fractional amounts, such as seconds.
final class PrometheusFloatingPointCounter: FloatingPointCounterHandler, PrometheusSeries {
    private let count = AtomicDouble()

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        count.add(amount)
    }

    func reset() {
        count.store(0)
    }

    func write(to text: inout PrometheusText, name: String, labels: String) {
        text.sample(name, labels: labels, value: count.load())
    }
}
