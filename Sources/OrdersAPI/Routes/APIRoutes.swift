import Hummingbird
import NIOCore
import OrderEvents
import OrderStore

/// All endpoints, and what they answer from. Each endpoint has a file of its own beside this one.
struct APIRoutes: Sendable {
    let configuration: OrdersAPIConfiguration
    let store: any OrderStore
    let live: LiveState
    /// Reads the store into `live`; for requests that come before that was possible.
    let loadLive: @Sendable () async throws -> Void
    let hub: EventHub
    let intake: OrderIntake
    let cluster: TimedCache<ClusterView>
    let storeStatus: TimedCache<StoreStatus>
    let metrics: PrometheusRegistry?
    let started: ContinuousClock.Instant
    let now: @Sendable () -> Timestamp

    var table: RouteTable {
        RouteTable(routes: [
            health, readiness, metricsPage,
            analytics, stats, timeseries,
            listOrders, createOrder, order, alerts,
            events, system,
        ])
    }

    /// The figures and newest orders in memory, once the store was read.
    func loaded() async throws -> LiveState {
        if !live.isLoaded { try await loadLive() }
        return live
    }
}
