import Metrics

/// What a cluster's quotas cost this process.
enum KafkaQuota {
    /// Milliseconds by which brokers delayed answers.
    static let throttled = Counter(label: "orders_kafka_throttled_milliseconds_total")
    /// The line that says so, for ``FaultLines``.
    static let line = "throttled"
}
