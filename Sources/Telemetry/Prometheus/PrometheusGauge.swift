import CoreMetrics

/// A value that goes up and down: swift-metrics' `Meter`, and a `Recorder` that does not aggregate.
final class PrometheusGauge: MeterHandler, RecorderHandler, PrometheusSeries {
    private let value = AtomicDouble()

    func set(_ newValue: Int64) { value.store(Double(newValue)) }
    func set(_ newValue: Double) { value.store(newValue) }
    func record(_ newValue: Int64) { value.store(Double(newValue)) }
    func record(_ newValue: Double) { value.store(newValue) }
    func increment(by amount: Double) { value.add(amount) }
    func decrement(by amount: Double) { value.add(-amount) }

    func write(to text: inout PrometheusText, name: String, labels: String) {
        text.sample(name, labels: labels, value: value.load())
    }
}
