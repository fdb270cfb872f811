import Metrics
import Telemetry

/// What a cluster's quotas cost this process.
enum KafkaQuota {
    /// Milliseconds by which brokers delayed answers.
    static let throttled = Metric.kafkaThrottled()
    /// The line that says so, for ``FaultLines``.
    static let line = "throttled"
}
