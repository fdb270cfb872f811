extension PrometheusRegistry {
    /// Says what the API's metrics mean.
    func describeAPI() {
        describe(RequestMetrics.requestsLabel, help: "HTTP requests by route and status.")
        describe(
            RequestMetrics.durationLabel, help: "Time until an answer's head is ready, by route.",
            bounds: PrometheusRegistry.durationBounds)
        describe(RequestMetrics.inFlightLabel, help: "HTTP requests being worked on.")
        describe(
            "orders_dead_letters_open", help: "Dead letters that nobody has replayed or discarded, by topic and group.")
        describe(
            "orders_reconciler_checked_total",
            help: "Orders whose events, payment, verdict, document and row were found to agree.")
        describe("orders_reconciler_findings_total", help: "What the reconciler found that does not agree.")
        describe(
            "orders_reconciler_skipped_total", help: "Orders that the reconciler has skipped: they are not checked.")
        describe("orders_reconciler_delay_seconds", help: "How long ago the oldest order came that is not checked yet.")
        describe("orders_reconciler_coverage_ratio", help: "Part of the last hour's orders that was checked, 0 to 1.")
        describe("orders_reconciler_open_orders", help: "Orders that the reconciler is waiting to check.")
        describe("orders_api_orders_accepted", help: "Orders that the log has taken from this API.")
        describe("orders_api_orders_replayed", help: "Repeated requests answered from their Idempotency-Key.")
        describe("orders_api_orders_refused", help: "Orders answered 503: too many at once, or the log away.")
        describe(
            "orders_api_orders_contradicted", help: "Orders answered 409: the order_id is known with other contents.")
        describe(
            RefundGauges.ordersLabel, help: "Paid orders that were cancelled, whose money is owed back, by currency.")
        describe(RefundGauges.amountLabel, help: "What is owed back for them, in the currency's major unit.")
        describe("orders_api_event_stream_clients", help: "Clients of the event stream.")
        describe("orders_api_event_stream_events", help: "Order events sent to clients.")
        describe(
            "orders_api_event_stream_events_skipped", help: "Order events left out: superseded, or a client too slow.")
        describe("orders_api_event_stream_bytes", help: "Bytes sent to clients of the event stream.")
        describe("orders_api_event_stream_resets", help: "Clients asked to reload: they were away too long.")
        describe(HealthWatch.retryingLabel, help: "Instances of a service that wait for something they need.")
        describe(
            "orders_client_renewals_total",
            help: "Kafka clients that were replaced because they were of no further use, by what they are for.")
        describe(
            "orders_log_cut_records_total",
            help: "Offsets that were deleted before a service of this process had read them, by topic.")
        describe(
            HealthWatch.stalledLabel,
            help: "Partitions in which a service has stood for half a minute although the log goes on.")
        describe(HealthWatch.problemsLabel, help: "Problems as /api/system lists them.")
        describe(
            "orders_webhook_deliveries_total",
            help: "Attempts of webhook deliveries by result: delivered, retried, failed (given up).")
        describe("orders_webhook_orders_pending", help: "Orders with webhook deliveries that wait for another attempt.")
        describe("orders_trace_spans_exported_total", help: "Spans that the collector of traces has taken.")
        describe(
            "orders_trace_spans_dropped_total",
            help: "Spans that were lost: the queue was full, the collector away for long, or it refused them.")
        describe("orders_api_event_stream_slow_clients", help: "Clients dropped because they did not read.")
    }
}
