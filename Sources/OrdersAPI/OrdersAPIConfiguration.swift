import OrderEvents

/// How the HTTP API is set up. Each setting has a default that is right for one machine.
public struct OrdersAPIConfiguration: Sendable {
    /// The name or address to listen on. Others than loopback need an ``AccessControl`` that asks for credentials.
    public var host = "127.0.0.1"
    /// 0...65535; 0 takes any free port (see ``onListening``).
    public var port = 8080
    /// The server's certificate; nil: plain HTTP.
    public var certificate: CertificateFiles?
    /// Further names that clients may use in `Host`, without port, beside loopback's and ``host``.
    public var allowedHosts: [String] = []
    /// Other origins whose pages may read and post, as browsers write them: `https://shop.example`.
    public var allowedOrigins: [String] = []
    /// The directory of the built dashboard; nil serves none.
    public var dashboardDirectory: String?
    /// Shown by `/api/system`.
    public var version = "development"
    /// This instance's number, 0...31, which goes into the ids of orders that come without one. Several instances must
    /// have different numbers, or two of them could give the same id in the same millisecond. nil picks one at random,
    /// which is right for a single instance.
    public var instance: Int?
    /// The most orders being taken at a time; one more is answered 503.
    public var maximumOrdersInFlight = 1024
    /// The most connections; further ones wait to be accepted.
    public var maximumConnections = 4096
    /// A connection that says nothing for so long is closed; event streams are not.
    public var idleTimeout: Duration = .seconds(60)
    /// How long requests may go on after a stop is asked for; then their connections are closed.
    public var shutdownGrace: Duration = .seconds(5)
    /// The bounds of the event stream.
    public var events = EventStreamLimits()
    /// The services whose lag `/api/system` shows.
    public var services: [MonitoredService] = MonitoredService.platform
    /// For so long after this process began, a service without members counts as starting, not as down.
    public var startGrace: Duration = .seconds(15)
    /// A store that takes longer to answer counts as down.
    public var storeTimeout: Duration = .seconds(3)
    /// For so long after the last one who wanted live data, the log is still followed.
    public var liveGrace: Duration = .seconds(60)
    /// A service that is more offsets behind than this counts as lagging.
    public var lagThreshold: Int64 = 10_000
    /// Shown by `/api/system`.
    public var storeKind = "sqlite"
    /// Called once, when the server listens.
    public var onListening: @Sendable (ListeningAddress) async -> Void = { _ in }

    /// The defaults, which suit one machine.
    public init() {}

    /// - Throws: ``OrdersAPIError`` naming the setting.
    func validate() throws(OrdersAPIError) {
        if let instance, !OrderIDGenerator.instances.contains(instance) {
            throw OrdersAPIError(
                .invalidConfiguration, "\(instance) is not an instance number: it is a number from 0 to 31")
        }
        guard maximumOrdersInFlight > 0, maximumConnections > 0, events.ringCapacity > 0, events.maximumClients > 0
        else {
            throw OrdersAPIError(.invalidConfiguration, "The API's limits must be positive")
        }
    }
}

/// Where the server listens.
public struct ListeningAddress: Sendable, Hashable {
    /// As it was asked for.
    public let host: String
    /// The real one, where any was asked for.
    public let port: Int
    /// Whether it speaks TLS.
    public let isSecure: Bool

    /// For people: `http://127.0.0.1:8080`.
    public var url: String {
        (isSecure ? "https://" : "http://") + (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
    }
}

extension MonitoredService {
    /// The platform's services.
    public static let platform =
        Topology.services.map { MonitoredService(name: $0.name, group: $0.group, topics: $0.inputs) }
        + Topology.optional.map {
            MonitoredService(name: $0.name, group: $0.group, topics: $0.inputs, isOptional: true)
        }
}

extension ListeningAddress {
    /// Whether only this machine reaches such an address: `localhost`, 127.0.0.0/8, `::1`.
    public static func isLoopback(_ host: String) -> Bool { BindPolicy.isLoopback(host) }
}
