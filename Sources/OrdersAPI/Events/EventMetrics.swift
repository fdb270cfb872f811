import Metrics
import Telemetry

/// What the event stream says about itself.
struct EventMetrics: Sendable {
    let clients: Meter
    let events: Counter
    let skipped: Counter
    let bytes: Counter
    let resets: Counter
    let slowClients: Counter

    init(factory: any MetricsFactory) {
        clients = Metric.eventClients(in: factory)
        events = Metric.eventsSent(in: factory)
        skipped = Metric.eventsSkipped(in: factory)
        bytes = Metric.eventBytes(in: factory)
        resets = Metric.eventResets(in: factory)
        slowClients = Metric.slowClients(in: factory)
    }

    func record(_ counts: HubCore.Counts) {
        events.increment(by: counts.eventsSent)
        skipped.increment(by: counts.eventsSkipped)
        bytes.increment(by: counts.bytesSent)
        resets.increment(by: counts.resets)
        slowClients.increment(by: counts.slowClients)
    }
}
