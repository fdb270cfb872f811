import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore

extension OrdersAPIService {
    /// Routes, middleware and server put together.
    func makeApplication() throws -> some ApplicationProtocol {
        let configuration = self.configuration
        return Application(
            responder: UnreservedPathResponder(base: makeRouter().buildResponder()),
            server: try makeServer(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: .maximum(configuration.maximumConnections, logger: logger)),
            services: [feed, EventHubService(hub: hub), watch, AccessUpkeep(access: access, certificate: certificate)],
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? configuration.port
                await configuration.onListening(
                    ListeningAddress(host: configuration.host, port: port, isSecure: configuration.certificate != nil))
            },
            logger: logger)
    }

    /// HTTP/1.1, in TLS where there is a certificate.
    private func makeServer() throws -> HTTPServerBuilder {
        let connections = self.connections
        let plain = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [ConnectionTracker(registry: connections), RequestHeadInstaller()],
                idleTimeout: TimeAmount(configuration.idleTimeout)))
        guard let certificate else { return plain }
        return try .tls(plain, tlsConfiguration: certificate.makeConfiguration())
    }

    /// Middleware stands outermost first. Every answer is measured, carries the headers and is compressed. Every error
    /// becomes a problem. Nothing runs for a foreign host. Then it is found out who asks, and what no route takes falls
    /// to the dashboard.
    private func makeRouter() -> Router<APIContext> {
        let table = routes.table
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        if let tracer { router.add(middleware: TracingMiddleware(tracer: tracer)) }
        router.add(middleware: ObservationMiddleware(metrics: requestMetrics))
        let origins = OriginPolicy(allowedOrigins: configuration.allowedOrigins)
        router.add(
            middleware: SecurityHeadersMiddleware(
                isSecure: certificate != nil && !BindPolicy.isLoopback(configuration.host)))
        router.add(middleware: CORSMiddleware(origins: origins))
        router.add(middleware: CompressionMiddleware())
        router.add(middleware: ProblemMiddleware())
        router.add(
            middleware: GuardMiddleware(
                hosts: HostPolicy(boundHost: configuration.host, extraNames: configuration.allowedHosts),
                origins: origins))
        router.add(middleware: AccessMiddleware(access: access))
        router.add(middleware: FallbackMiddleware(table: table, site: site, access: access))
        table.register(on: router, access: access)
        return router
    }
}
