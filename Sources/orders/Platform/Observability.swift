import Metrics
import OrdersAPI

/// The process's metrics: one registry behind swift-metrics, read by `/metrics`.
enum Observability {
    static func bootstrap() -> PrometheusRegistry {
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        return registry
    }
}
