import DeadLetters
import Foundation
import Kafka
import Logging
import OrderAudit
import OrderTracing
import OrdersAPI
import OrderStore
import ServiceLifecycle
import StreamProcessing
import Telemetry

/// Puts the HTTP API together with what it needs of Kafka.
enum APIFactory {
    static func service(
        http: HostPort, access: HTTPAccessSettings, kafka: KafkaSettings, store: any OrderStore, reconciles: Bool,
        registry: PrometheusRegistry, clients: ClientBoard, tracer: OrderTracer?,
        onListening: @escaping @Sendable (ListeningAddress) async -> Void
    ) throws -> any Service {
        let logger = Logger(label: "api")
        var configuration = OrdersAPIConfiguration()
        configuration.host = http.host
        configuration.port = http.port
        configuration.allowedHosts = access.allowedHosts
        configuration.allowedOrigins = access.allowedOrigins
        configuration.certificate = access.certificate
        configuration.version = platformVersion
        configuration.dashboardDirectory = DashboardFiles.directory(environment: processEnvironment)
        configuration.onListening = onListening
        let layout = KnownLayout {
            try await DedicatedThread(name: "api-layout").run { try LayoutLog(kafka, logger: logger).read() }
        }
        let log = try KafkaOrderLog(settings: kafka, layout: layout, clients: clients, logger: logger)
        let inspector = try KafkaClusterInspector(settings: kafka, layout: layout, clients: clients, logger: logger)
        let health = KafkaServiceHealth(settings: kafka, clients: clients, logger: logger)
        let deadLetters = DeadLetterFollower(kafka: kafka, clients: clients, logger: Logger(label: "dead-letters"))
        let reconciler = reconciles ? Reconciler(kafka: kafka, store: store, logger: Logger(label: "reconciler")) : nil
        let api = try OrdersAPIService(
            configuration: configuration, store: store, log: log,
            tail: KafkaAnalyticsTail(settings: kafka, clients: clients, logger: logger),
            inspector: inspector, finder: KafkaRecordFinder(settings: kafka, layout: layout, logger: logger),
            health: health, deadLetters: deadLetters,
            deadLetterActs: KafkaDeadLetterActs(settings: kafka, logger: Logger(label: "dead-letter-desk")),
            deliveries: KafkaDeliveryLog(settings: kafka, layout: layout, logger: logger),
            webhookActs: KafkaWebhookActs(settings: kafka, layout: layout, logger: logger),
            reconciler: reconciler.map(ReconcilerPort.init) ?? NoReconciler(), clients: clients, access: access.control,
            tracer: tracer, metrics: registry,
            logger: logger)
        return API(
            service: api, health: health, deadLetters: deadLetters, reconciler: reconciler, log: log,
            inspector: inspector)
    }

    /// The service with the clients that are its own.
    private struct API: Service {
        let service: OrdersAPIService
        let health: KafkaServiceHealth
        let deadLetters: DeadLetterFollower
        let reconciler: Reconciler?
        let log: KafkaOrderLog
        let inspector: KafkaClusterInspector

        func run() async throws {
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await deadLetters.run() }
                    group.addTask { try await health.run() }
                    if let reconciler { group.addTask { await reconciler.run() } }
                    // It ends last: what the services say is shown as long as anything is.
                    try await service.run()
                    group.cancelAll()
                }
            } catch {
                await close()
                throw error
            }
            await close()
        }

        private func close() async {
            await log.close()
            await inspector.close()
        }
    }
}

/// Finds the dashboard's bundle.
enum DashboardFiles {
    /// ORDERS_WEB, or `Web/dist` beside or above the executable, or nil (the API then says how to build it).
    static func directory(environment: [String: String]) -> String? {
        if let named = environment["ORDERS_WEB"], !named.isEmpty { return named }
        guard let executable = Bundle.main.executableURL?.resolvingSymlinksInPath() else { return nil }
        var directory = executable.deletingLastPathComponent()
        for _ in 0..<6 {
            let candidate = directory.appendingPathComponent("Web/dist")
            if FileManager.default.fileExists(atPath: candidate.appendingPathComponent("index.html").path) {
                return candidate.path
            }
            directory.deleteLastPathComponent()
        }
        return nil
    }
}
