import CoreMetrics

/// A counter of the registry. Call it with the values of its labels to get the series to record with.
public struct CounterMetric: Sendable {
    public let definition: MetricDefinition

    init(
        _ name: String, unit: MetricDefinition.Unit = .none, _ help: String, _ labels: [MetricLabel] = [],
        by publishers: Set<MetricPublisher>, absentUntil: String? = nil
    ) {
        definition = MetricDefinition(.counter, name, unit, help, labels, by: publishers, absentUntil: absentUntil)
    }

    /// - Parameter factory: what records it; the process's if left out.
    public func callAsFunction(_ values: String..., in factory: (any MetricsFactory)? = nil) -> Counter {
        Counter(
            label: definition.name, dimensions: definition.dimensions(values), factory: factory ?? MetricsSystem.factory
        )
    }
}

/// A gauge of the registry. Call it with the values of its labels to get the series to record with.
public struct GaugeMetric: Sendable {
    public let definition: MetricDefinition

    init(
        _ name: String, unit: MetricDefinition.Unit = .none, _ help: String, _ labels: [MetricLabel] = [],
        by publishers: Set<MetricPublisher>, absentUntil: String? = nil
    ) {
        definition = MetricDefinition(.gauge, name, unit, help, labels, by: publishers, absentUntil: absentUntil)
    }

    /// - Parameter factory: what records it; the process's if left out.
    public func callAsFunction(_ values: String..., in factory: (any MetricsFactory)? = nil) -> Meter {
        Meter(
            label: definition.name, dimensions: definition.dimensions(values), factory: factory ?? MetricsSystem.factory
        )
    }
}

/// A histogram of times of the registry, in seconds.
public struct TimeMetric: Sendable {
    public let definition: MetricDefinition

    init(
        _ name: String, _ help: String, _ labels: [MetricLabel] = [], bounds: [Double],
        by publishers: Set<MetricPublisher>, absentUntil: String? = nil
    ) {
        definition = MetricDefinition(
            .histogram, name, .seconds, help, labels, by: publishers, absentUntil: absentUntil, bounds: bounds)
    }

    /// For one observation after the other.
    ///
    /// - Parameter factory: what records it; the process's if left out.
    public func callAsFunction(_ values: String..., in factory: (any MetricsFactory)? = nil) -> Timer {
        Timer(
            label: definition.name, dimensions: definition.dimensions(values), factory: factory ?? MetricsSystem.factory
        )
    }
}
