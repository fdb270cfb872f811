import Hummingbird
import NIOCore
import OrderEvents
import OrderStore
import Telemetry

/// All endpoints, and what they answer from. Each endpoint has a file of its own beside this one.
struct APIRoutes: Sendable {
    let configuration: OrdersAPIConfiguration
    let store: any OrderStore
    let live: LiveState
    let feed: LiveFeed
    let hub: EventHub
    let intake: OrderIntake
    let access: AccessControl
    let healthCheck: HealthCheck
    let finder: any RecordFinder
    /// nil: nobody follows the dead letters in this process.
    let deadLetters: (any DeadLetterBoard)?
    /// nil: nobody decides about dead letters in this process.
    let deadLetterActs: (any DeadLetterActs)?
    let deliveries: any DeliveryLog
    /// nil: nobody asks anything of the webhooks service in this process.
    let webhookActs: (any WebhookActs)?
    /// One act on dead letters at a time.
    let actGate = Gate(1)
    /// Exports, and looks at whole dead letters: so many at a time.
    let exportGate = Gate(4)
    let reconciler: any ReconcilerStatusSource
    let metrics: PrometheusRegistry?
    let started: ContinuousClock.Instant
    let now: @Sendable () -> Timestamp

    var table: RouteTable {
        RouteTable(routes: [
            health, readiness, metricsPage,
            analytics, stats, timeseries,
            listOrders, createOrder, order, alerts,
            events, system,
            listDeadLetters, showDeadLetter, replayDeadLetters, discardDeadLetters,
            listDeliveries, redeliver, enableEndpoint,
            exportOrders, exportAlerts, exportDeadLetters,
            openAPI, docs, docsStyle,
            session, signIn, signOut,
        ])
    }

    /// The figures and newest orders in memory, as new as the log or the store.
    func current() async throws -> LiveState {
        try await feed.refresh()
        return live
    }
}
