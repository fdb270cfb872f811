/// What the API sees of the whole platform.
extension Metric {
    public static let serviceRetrying = GaugeMetric(
        "orders_service_retrying", "Instances that wait for something.", [.service], by: [.api])
    public static let stalledPartitions = GaugeMetric(
        "orders_stalled_partitions",
        "Partitions in which the service has not moved for half a minute although the log goes on.", [.service],
        by: [.api])
    public static let lagRecords = GaugeMetric(
        "orders_lag_records", "Records that a service has yet to read.", [.service, MetricLabel("topic", 8)],
        by: [.api])
    public static let lagTime = GaugeMetric(
        "orders_lag_seconds", unit: .seconds,
        "How long the oldest record that a service has yet to read has waited, as far as this process has watched.",
        [.service], by: [.api])
    public static let drainTime = GaugeMetric(
        "orders_drain_seconds", unit: .seconds,
        "How long a service needs for its lag at the pace of the last minute; infinite if the lag does not shrink.",
        [.service], by: [.api])
    public static let problems = GaugeMetric("orders_problems", "Problems as `/api/system` lists them.", by: [.api])
    public static let deadLettersOpen = GaugeMetric(
        "orders_dead_letters_open", "Dead letters that are neither replayed nor discarded.",
        [MetricLabel("topic", 20), MetricLabel("group", 10)], by: [.api])

    static let health = [
        serviceRetrying.definition, stalledPartitions.definition, lagRecords.definition,
        lagTime.definition, drainTime.definition, problems.definition, deadLettersOpen.definition,
    ]
}

/// The check beside the flow.
extension Metric {
    public static let reconcilerChecked = CounterMetric(
        "orders_reconciler_checked_total", "Orders whose events, payment, verdict, document and row agree.",
        by: [.api])
    public static let reconcilerSkipped = CounterMetric(
        "orders_reconciler_skipped_total", "Orders that are not checked.", by: [.api])
    public static let reconcilerFindings = CounterMetric(
        "orders_reconciler_findings_total", "What does not agree.", by: [.api])
    public static let reconcilerOpenOrders = GaugeMetric(
        "orders_reconciler_open_orders", "Orders that wait to be checked.", by: [.api])
    public static let reconcilerDelay = GaugeMetric(
        "orders_reconciler_delay_seconds", unit: .seconds, "The age of the oldest order that is not checked yet.",
        by: [.api])
    public static let reconcilerCoverage = GaugeMetric(
        "orders_reconciler_coverage_ratio", unit: .ratio, "Part of the last hour's orders that was checked, 0 to 1.",
        by: [.api])

    static let reconciler = [
        reconcilerChecked.definition, reconcilerSkipped.definition, reconcilerFindings.definition,
        reconcilerOpenOrders.definition, reconcilerDelay.definition, reconcilerCoverage.definition,
    ]
}
