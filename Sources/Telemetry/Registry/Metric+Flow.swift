/// The services that process records, and their clients of Kafka.
extension Metric {
    public static let recordsProcessed = CounterMetric(
        "orders_records_processed_total", "Records that a service has read and committed.", [.service], by: .tasks)
    public static let stageLatency = TimeMetric(
        "orders_stage_latency_seconds",
        "From a record's time in the log until the batch with it is committed.", [.service], bounds: journeyBounds,
        by: .tasks)
    public static let recordsEmitted = CounterMetric(
        "orders_records_emitted_total", "Records that a service has written.", [.service], by: .tasks)
    public static let batchesCommitted = CounterMetric(
        "orders_batches_committed_total", "Batches that a service has committed.", [.service], by: .tasks)
    public static let transactions = CounterMetric(
        "orders_transactions_total", "Transactions of a service: `committed`, `aborted`.",
        [.service, MetricLabel("result", 2)], by: .tasks)
    public static let stateSize = GaugeMetric(
        "orders_state_bytes", unit: .bytes, "The keyed state of a service's instance, in files and in memory.",
        [.service],
        by: [.fraud, .payments, .analytics, .webhooks])
    public static let batchesFailed = CounterMetric(
        "orders_batches_failed_total", "Attempts of batches that failed.", [.service], by: .tasks)
    public static let retries = CounterMetric(
        "orders_retries_total",
        "The same by the code of the problem. Records that could not be processed count as `record`.",
        [.service, MetricLabel("code", 40)], by: .tasks, absentUntil: "an attempt fails")
    public static let commitDuration = TimeMetric(
        "orders_commit_duration_seconds", "How long a commit takes.", [.service], bounds: callBounds, by: .tasks)
    public static let deadLetters = CounterMetric(
        "orders_dead_letters_total", "Dead letters that a service has written.", [.service], by: .tasks)
    public static let logCutRecords = CounterMetric(
        "orders_log_cut_records_total", "Offsets that were deleted before the service had read them.",
        [.service, MetricLabel("topic", 8)], by: .tasks)
    public static let webhookDeliveries = CounterMetric(
        "orders_webhook_deliveries_total",
        "Attempts of webhook deliveries: `delivered`, `retried`, `failed` (given up).", [MetricLabel("result", 3)],
        by: [.webhooks], absentUntil: "endpoints are set up")
    public static let webhookOrdersPending = GaugeMetric(
        "orders_webhook_orders_pending", "Orders with webhook deliveries that wait for another attempt.",
        by: [.webhooks], absentUntil: "endpoints are set up")
    public static let kafkaThrottled = CounterMetric(
        "orders_kafka_throttled_milliseconds_total", unit: .milliseconds,
        "How long the cluster delayed answers because a quota was used up.", by: .clients,
        absentUntil: "an answer is delayed")
    public static let clientRenewals = CounterMetric(
        "orders_client_renewals_total", "Kafka clients that were replaced because they were of no further use.",
        [MetricLabel("client", 20)], by: .clients)

    public static let traceSpansExported = CounterMetric(
        "orders_trace_spans_exported_total", "Spans that the collector of traces has taken.", by: .clients,
        absentUntil: "a collector is named")
    public static let traceSpansDropped = CounterMetric(
        "orders_trace_spans_dropped_total", "Spans that were lost: `queue_full`, `undelivered`, `refused`.",
        [MetricLabel("reason", 3)], by: .clients, absentUntil: "a collector is named")

    static let flow = [
        recordsProcessed.definition, stageLatency.definition, recordsEmitted.definition, transactions.definition,
        stateSize.definition, batchesCommitted.definition, batchesFailed.definition, retries.definition,
        commitDuration.definition, deadLetters.definition, logCutRecords.definition, webhookDeliveries.definition,
        webhookOrdersPending.definition, kafkaThrottled.definition, clientRenewals.definition,
        traceSpansExported.definition, traceSpansDropped.definition,
    ]
}
