/// The HTTP API and its event stream.
extension Metric {
    public static let httpRequests = CounterMetric(
        "http_server_requests_total", "HTTP requests.",
        [MetricLabel("method", 8), MetricLabel("route", 40), MetricLabel("status", 40)], by: [.api],
        absentUntil: "a request")
    public static let httpRequestDuration = TimeMetric(
        "http_server_request_duration_seconds", "Time until the head of an answer is ready.",
        [MetricLabel("method", 8), MetricLabel("route", 40)], bounds: callBounds, by: [.api],
        absentUntil: "a request")
    public static let httpRequestsInFlight = GaugeMetric(
        "http_server_requests_in_flight", "HTTP requests under way.", by: [.api])
    public static let ordersAccepted = CounterMetric(
        "orders_api_orders_accepted_total", "Orders that the log has taken from this API.", by: [.api])
    public static let ordersReplayed = CounterMetric(
        "orders_api_orders_replayed_total", "Repeated requests, answered from their `Idempotency-Key`.", by: [.api])
    public static let ordersRefused = CounterMetric(
        "orders_api_orders_refused_total", "Orders answered 503: too many at once, or the log away.", by: [.api])
    public static let intakeDuration = TimeMetric(
        "orders_api_intake_duration_seconds", "How long the log takes to take an order.", bounds: callBounds,
        by: [.api])
    public static let ordersContradicted = CounterMetric(
        "orders_api_orders_contradicted_total", "Orders answered 409: the order_id is known with other contents.",
        by: [.api])
    public static let eventClients = GaugeMetric(
        "orders_api_event_stream_clients", "Clients of the event stream.", by: [.api])
    public static let eventsSent = CounterMetric(
        "orders_api_event_stream_events_total", "Order events sent to clients.", by: [.api])
    public static let eventsSkipped = CounterMetric(
        "orders_api_event_stream_events_skipped_total",
        "Order events left out: superseded, or the client is too slow.", by: [.api])
    public static let eventBytes = CounterMetric(
        "orders_api_event_stream_bytes_total", unit: .bytes, "Bytes sent to clients of the event stream.", by: [.api])
    public static let eventResets = CounterMetric(
        "orders_api_event_stream_resets_total", "Clients asked to reload: they were away for too long.", by: [.api])
    public static let slowClients = CounterMetric(
        "orders_api_event_stream_slow_clients_total", "Clients dropped because they did not read.", by: [.api])
    public static let refundsDue = GaugeMetric(
        "orders_refunds_due", "Paid orders that were cancelled.", [MetricLabel("currency", 200)], by: [.api],
        absentUntil: "a paid order is cancelled")
    public static let refundsDueAmount = GaugeMetric(
        "orders_refunds_due_amount", "What is owed back for them, in the currency's major unit.",
        [MetricLabel("currency", 200)], by: [.api], absentUntil: "a paid order is cancelled")

    static let api = [
        httpRequests.definition, httpRequestDuration.definition, httpRequestsInFlight.definition,
        ordersAccepted.definition, ordersReplayed.definition, ordersRefused.definition, ordersContradicted.definition,
        intakeDuration.definition,
        eventClients.definition, eventsSent.definition, eventsSkipped.definition, eventBytes.definition,
        eventResets.definition, slowClients.definition, refundsDue.definition, refundsDueAmount.definition,
    ]
}
