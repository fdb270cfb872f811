import Metrics

/// What tracing counts of itself.
public enum TraceMetrics {
    /// Spans that the collector has taken.
    public static let exportedLabel = "orders_trace_spans_exported_total"
    /// Spans that were lost, by reason: `queue_full`, `undelivered`, `refused`.
    public static let droppedLabel = "orders_trace_spans_dropped_total"

    package static func exported(_ factory: any MetricsFactory) -> Counter {
        Counter(label: exportedLabel, factory: factory)
    }

    package static func dropped(because reason: String, _ factory: any MetricsFactory) -> Counter {
        Counter(label: droppedLabel, dimensions: [("reason", reason)], factory: factory)
    }
}
