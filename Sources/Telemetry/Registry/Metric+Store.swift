/// What the sink writes to the order store.
extension Metric {
    public static let acceptedToStored = TimeMetric(
        "orders_accepted_to_stored_seconds",
        "From the moment at which the log took an order's first event until the store has the order.",
        bounds: journeyBounds, by: [.sink])
    public static let storeWriteDuration = TimeMetric(
        "orders_store_write_duration_seconds", "How long the store takes for one batch.", bounds: callBounds,
        by: [.sink])
    public static let storeRows = CounterMetric(
        "orders_store_rows_total", "What batches have brought to the store: `order`, `aggregate`.",
        [MetricLabel("kind", 2)], by: [.sink])

    static let store = [acceptedToStored.definition, storeWriteDuration.definition, storeRows.definition]
}

/// The embedded broker.
extension Metric {
    public static let brokerRequests = CounterMetric(
        "orders_broker_requests_total", "Requests to the embedded broker.", [MetricLabel("api", 60)], by: [.broker],
        absentUntil: "a request")
    public static let brokerReceived = CounterMetric(
        "orders_broker_received_bytes_total", unit: .bytes, "Bytes of requests that the embedded broker has received.",
        by: [.broker])
    public static let brokerSent = CounterMetric(
        "orders_broker_sent_bytes_total", unit: .bytes, "Bytes of answers that the embedded broker has sent.",
        by: [.broker])
    public static let brokerJournal = CounterMetric(
        "orders_broker_journal_bytes_total", unit: .bytes, "Bytes that the embedded broker has written to its journal.",
        by: [.broker])
    public static let brokerCommitDuration = TimeMetric(
        "orders_broker_commit_duration_seconds",
        "How long a commit to the journal takes, with its flush where one is asked for.", bounds: callBounds,
        by: [.broker])

    static let broker = [
        brokerRequests.definition, brokerReceived.definition, brokerSent.definition, brokerJournal.definition,
        brokerCommitDuration.definition,
    ]
}
