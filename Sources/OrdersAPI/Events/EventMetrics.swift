import Metrics

/// What the event stream says about itself.
struct EventMetrics: Sendable {
    let clients: Meter
    let events: Counter
    let skipped: Counter
    let bytes: Counter
    let resets: Counter
    let slowClients: Counter

    init(factory: any MetricsFactory) {
        clients = Meter(label: "orders_api_event_stream_clients", factory: factory)
        events = Counter(label: "orders_api_event_stream_events", factory: factory)
        skipped = Counter(label: "orders_api_event_stream_events_skipped", factory: factory)
        bytes = Counter(label: "orders_api_event_stream_bytes", factory: factory)
        resets = Counter(label: "orders_api_event_stream_resets", factory: factory)
        slowClients = Counter(label: "orders_api_event_stream_slow_clients", factory: factory)
    }

    func record(_ counts: HubCore.Counts) {
        events.increment(by: counts.eventsSent)
        skipped.increment(by: counts.eventsSkipped)
        bytes.increment(by: counts.bytesSent)
        resets.increment(by: counts.resets)
        slowClients.increment(by: counts.slowClients)
    }
}
