import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Secrets
import ServiceLifecycle
import Telemetry

/// `GET /metrics` of a process that has no API.
///
/// On loopback it asks for nothing. Elsewhere it asks for a token, or does not start.
public struct MetricsEndpoint: Service, CustomStringConvertible {
    /// What the process's service group calls it.
    public let description = "metrics"
    /// A shorter one could be guessed.
    public static let minimumTokenBytes = 16

    private let host: String
    private let port: Int
    private let token: Secret?
    private let registry: PrometheusRegistry
    private let logger: Logger
    private let onListening: @Sendable (ListeningAddress) async -> Void

    /// - Parameters:
    ///   - token: what whoever asks has to show as a bearer; nil: nothing.
    ///   - onListening: called once it listens.
    /// - Throws: ``OrdersAPIError`` for an address that others reach without a token, or one that is too short.
    public init(
        host: String, port: Int, token: Secret?, registry: PrometheusRegistry, logger: Logger,
        onListening: @escaping @Sendable (ListeningAddress) async -> Void
    ) throws(OrdersAPIError) {
        guard BindPolicy.isLoopback(host) || token != nil else {
            throw OrdersAPIError(
                .addressNotLoopback,
                "The metrics will not be served on \(host):\(port) without a token: set METRICS_TOKEN, or METRICS_TOKEN_FILE, to \(Self.minimumTokenBytes) characters or more"
            )
        }
        guard token.map({ $0.reveal().utf8.count >= Self.minimumTokenBytes }) ?? true else {
            throw OrdersAPIError(
                .invalidConfiguration,
                "METRICS_TOKEN is too short: use \(Self.minimumTokenBytes) characters or more")
        }
        self.host = host
        self.port = port
        self.token = token
        self.registry = registry
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until a graceful shutdown.
    public func run() async throws {
        let application = Application(
            router: makeRouter(),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: .maximum(16, logger: logger)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? port
                await onListening(ListeningAddress(host: host, port: port, isSecure: false))
            },
            logger: logger)
        do {
            try await application.run()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw OrdersAPIError.serverFailure(error, host: host, port: port)
        }
    }

    func makeRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/metrics") { request, _ -> Response in
            guard isLetIn(request.headers[.authorization]) else {
                return Response(status: .unauthorized, headers: [.wwwAuthenticate: "Bearer"])
            }
            // Reads procfs, so not on the pool that serves requests.
            let page = try await NIOThreadPool.singleton.runIfActive { registry.render() }
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(bytes: page)))
        }
        return router
    }

    private func isLetIn(_ authorization: String?) -> Bool {
        guard let token else { return true }
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return false }
        let shown = Array(authorization.dropFirst("bearer ".count).utf8)
        let wanted = Array(token.reveal().utf8)
        // The time that it takes says nothing of where they differ.
        guard shown.count == wanted.count else { return false }
        return zip(shown, wanted).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
