import CoreMetrics
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import OrderEvents
import OrderStore
import OrderTracing
import ServiceLifecycle
import Telemetry

/// The HTTP API, the event stream and the dashboard's files, as a service of a `ServiceGroup`.
///
/// It uses what it is given and closes none of it: store, log and inspector belong to whoever made them.
public struct OrdersAPIService: Service, CustomStringConvertible {
    /// What the process's service group calls it.
    public let description = "orders-api"

    let configuration: OrdersAPIConfiguration
    let logger: Logger
    let routes: APIRoutes
    let feed: LiveFeed
    let hub: EventHub
    let site: StaticSite
    let requestMetrics: RequestMetrics
    let watch: HealthWatch
    let access: AccessControl
    /// nil: the server speaks plain HTTP.
    let certificate: ServerCertificate?
    let tracer: OrderTracer?
    let connections = ConnectionRegistry()

    /// - Parameters:
    ///   - store: Answers queries; must be open.
    ///   - log: Takes new orders.
    ///   - tail: What order-analytics commits.
    ///   - inspector: Looks at the broker.
    ///   - finder: Finds the places of an order's events.
    ///   - deadLetters: Shows dead letters; nil if nobody follows them.
    ///   - deadLetterActs: Carries out what is decided about dead letters; nil: nobody decides here.
    ///   - deliveries: What became of the deliveries of webhooks.
    ///   - webhookActs: Takes what people ask of the webhooks service; nil: nobody does here.
    ///   - health: What the services' instances say about themselves.
    ///   - clients: What is wrong with the clients of log, tail and the like.
    ///   - reconciler: How the check beside the flow fares; nil where none runs.
    ///   - access: Who is let in.
    ///   - tracer: Records the traces that requests belong to; nil: they are not looked at.
    ///   - metrics: What `/metrics` shows; nil if the process has no exporter.
    ///   - metricsFactory: What metrics are recorded with; the bootstrapped one if left out.
    ///   - now: The clock of everything that carries a time.
    /// - Throws: ``OrdersAPIError`` if a setting is wrong, such as an address that others reach.
    public init(
        configuration: OrdersAPIConfiguration, store: any OrderStore, log: any OrderLog, tail: any AnalyticsTail,
        inspector: any ClusterInspector, finder: any RecordFinder = NoRecordFinder(),
        health: any ServiceHealthSource = NoServiceHealth(),
        deadLetters: (any DeadLetterBoard)? = nil, deadLetterActs: (any DeadLetterActs)? = nil,
        deliveries: any DeliveryLog = NoDeliveryLog(), webhookActs: (any WebhookActs)? = nil,
        reconciler: any ReconcilerStatusSource = NoReconciler(),
        clients: any ClientProblemSource = NoClientProblems(), access: AccessControl = .off(),
        tracer: OrderTracer? = nil,
        metrics: PrometheusRegistry? = nil, metricsFactory: (any MetricsFactory)? = nil,
        logger: Logger, now: @escaping @Sendable () -> Timestamp = OrdersAPIService.systemClock
    ) throws(OrdersAPIError) {
        try configuration.validate()
        try BindPolicy.check(host: configuration.host, port: configuration.port, access: access)
        certificate = try configuration.certificate.map { files throws(OrdersAPIError) in
            try ServerCertificate(files: files, logger: logger)
        }
        self.access = access
        self.tracer = tracer
        let factory = metricsFactory ?? MetricsSystem.factory
        self.configuration = configuration
        self.logger = logger
        let live = LiveState(now: now)
        hub = EventHub(limits: configuration.events, stats: live, metricsFactory: factory, logger: logger)
        let feed = LiveFeed(
            tail: tail, store: store, live: live, hub: hub, gauges: RefundGauges(factory: factory), logger: logger,
            grace: configuration.liveGrace)
        self.feed = feed
        site = StaticSite(directory: configuration.dashboardDirectory, logger: logger)
        requestMetrics = RequestMetrics(factory: factory)
        let started = ContinuousClock.now
        let check = HealthCheck(
            cluster: inspector,
            store: TimedCache(lifetime: .seconds(1)) {
                await StoreStatus.look(at: store, timeout: configuration.storeTimeout)
            },
            instances: health, services: configuration.services, lagThreshold: configuration.lagThreshold,
            reconciler: reconciler,
            clients: clients,
            stalls: StallGuard { suspect in
                await inspector.read(
                    suspect.place.topic, suspect.place.partition, from: suspect.offset, to: suspect.end)
            }, isStarting: { ContinuousClock.now - started < configuration.startGrace }, now: now)
        watch = HealthWatch(check: check, metricsFactory: factory)
        routes = APIRoutes(
            configuration: configuration, store: store, live: live, feed: feed, hub: hub,
            intake: OrderIntake(
                log: log, store: store,
                instance: configuration.instance ?? .random(in: OrderIDGenerator.instances),
                maximumInFlight: configuration.maximumOrdersInFlight, metricsFactory: factory, now: now),
            access: access, healthCheck: check, finder: finder, deadLetters: deadLetters,
            deadLetterActs: deadLetterActs, deliveries: deliveries, webhookActs: webhookActs,
            reconciler: reconciler, metrics: metrics, started: started, now: now)
    }

    /// Listens, and serves until a graceful shutdown: then event streams end with `bye`, requests under way are
    /// finished, and what has not ended after ``OrdersAPIConfiguration/shutdownGrace`` is cut off.
    ///
    /// - Throws: ``OrdersAPIError`` if it cannot listen.
    public func run() async throws {
        let application = try makeApplication()
        do {
            try await withTaskCancellationOrGracefulShutdownHandler {
                try await application.run()
            } onCancelOrGracefulShutdown: {
                beginShutdown()
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw OrdersAPIError.serverFailure(error, host: configuration.host, port: configuration.port)
        }
    }

    private func beginShutdown() {
        hub.stop()
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        loop.scheduleTask(in: TimeAmount(configuration.events.shutdownGrace)) { hub.dropAll() }
        loop.scheduleTask(in: TimeAmount(configuration.shutdownGrace)) {
            let cut = connections.closeAll()
            if cut > 0 {
                logger.warning("Cut off requests that did not end in time", metadata: ["connections": "\(cut)"])
            }
        }
    }

    /// The system's clock, in whole milliseconds.
    public static let systemClock: @Sendable () -> Timestamp = {
        Timestamp(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1000))
    }
}
