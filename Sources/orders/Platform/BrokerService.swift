import EmbeddedBroker
import Logging
import ServiceLifecycle

/// The embedded broker within a service group: started before it, stopped as its last member.
struct BrokerService: Service {
    let broker: EmbeddedBroker

    func run() async throws {
        try? await gracefulShutdown()  // throws on cancellation, which ends it just the same
        await broker.stop()
    }

    /// Starts a broker in a data directory.
    ///
    /// - Parameters:
    ///   - advertised: where clients are told to connect, if not to `address`.
    ///   - journalMebibytes: the size of one of the journal's files; nil for the broker's own choice.
    static func start(
        _ address: HostPort, advertised: HostPort? = nil, journalMebibytes: Int? = nil, in data: DataOptions, logger: Logger
    ) async throws -> (BrokerService, HostPort) {
        var configuration = EmbeddedBrokerConfiguration(dataDirectory: data.brokerDirectory)
        configuration.host = address.host
        configuration.port = address.port
        if let journalMebibytes { configuration.journalFileBytes = journalMebibytes << 20 }
        configuration.advertised = advertised.map { BoundAddress(host: $0.host, port: $0.port) }
        let broker = EmbeddedBroker(configuration: configuration, logger: logger)
        let bound = try await broker.start()
        return (BrokerService(broker: broker), HostPort(host: bound.host, port: bound.port))
    }
}
