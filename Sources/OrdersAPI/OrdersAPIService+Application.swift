import Hummingbird
import NIOCore

extension OrdersAPIService {
    /// Routes, middleware and server put together.
    func makeApplication() -> some ApplicationProtocol {
        let connections = self.connections
        let configuration = self.configuration
        return Application(
            responder: UnreservedPathResponder(base: makeRouter().buildResponder()),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionTracker(registry: connections), RequestHeadInstaller()],
                    idleTimeout: TimeAmount(configuration.idleTimeout))),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: .maximum(configuration.maximumConnections, logger: logger)),
            services: [feed, EventHubService(hub: hub), watch],
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? configuration.port
                await configuration.onListening(ListeningAddress(host: configuration.host, port: port))
            },
            logger: logger)
    }

    /// Middleware stands outermost first: every answer is measured, carries the headers and is compressed, every error
    /// becomes a problem, nothing runs for a foreign host, and what no route takes falls to the dashboard.
    private func makeRouter() -> Router<APIContext> {
        let table = routes.table
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ObservationMiddleware(metrics: requestMetrics))
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: CompressionMiddleware())
        router.add(middleware: ProblemMiddleware())
        router.add(
            middleware: GuardMiddleware(
                hosts: HostPolicy(boundHost: configuration.host, extraNames: configuration.allowedHosts),
                origins: OriginPolicy(allowedOrigins: configuration.allowedOrigins)))
        router.add(middleware: FallbackMiddleware(table: table, site: site))
        table.register(on: router)
        return router
    }
}
