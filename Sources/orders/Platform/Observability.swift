import Logging
import Metrics
import Telemetry

/// The process's metrics: one registry behind swift-metrics, which `/metrics` reads.
enum Observability {
    /// Made, and put in place, with the first use: after logging is set up, before the first metric.
    static let registry: PrometheusRegistry = {
        let registry = PrometheusRegistry(logger: Logger(label: "metrics"))
        MetricsSystem.bootstrap(registry)
        return registry
    }()
}
