import EmbeddedBroker
import KafkaClient
import Logging
import OrderEvents
import ServiceLifecycle
import StreamProcessing
import Synchronization

/// The embedded broker within a service group: started before it, stopped as its last member.
///
/// A broker whose disk failed (it is full, or gave an error) acknowledges nothing more. It is then closed and opened
/// again from what is on disk, as after a crash, until that succeeds: nothing that was acknowledged is lost, and
/// clients wait and go on.
final class BrokerService: Service {
    private let configuration: EmbeddedBrokerConfiguration
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var broker: EmbeddedBroker
        var problem: String?
    }

    private init(_ configuration: EmbeddedBrokerConfiguration, _ broker: EmbeddedBroker, _ logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        state = Mutex(State(broker: broker))
    }

    /// Starts a broker in a data directory.
    ///
    /// - Returns: the service that keeps it running, and where clients connect to.
    static func start(_ configuration: EmbeddedBrokerConfiguration, logger: Logger) async throws -> (
        BrokerService, HostPort
    ) {
        let broker = EmbeddedBroker(
            configuration: configuration, logger: logger, eventLoop: KafkaEventLoop.shared)
        let bound = try await broker.start()
        // A broker that is opened again is found where the first one was.
        var configuration = configuration
        configuration.port = bound.port
        if let secured = broker.securedAddress { configuration.secured?.port = secured.port }
        return (BrokerService(configuration, broker, logger), HostPort(host: bound.host, port: bound.port))
    }

    /// Where the listener for other machines is bound, nil if there is none.
    var securedAddress: BoundAddress? { current.securedAddress }
    /// The address that its clients are given, if not that.
    var advertisedAddress: BoundAddress? { configuration.secured?.advertised }
    /// What keeps the broker from serving; nil while it serves.
    var problem: String? { state.withLock { $0.problem } }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { [self] in
                while let failure = await current.failure() { try await reopen(after: failure) }
            }
        } catch is CancellationError {
            // The end that was asked for came while the broker was being opened again.
        } catch {
            await stop()
            throw error
        }
        await stop()
    }

    func stop() async { await current.stop() }

    private var current: EmbeddedBroker { state.withLock { $0.broker } }

    private func reopen(after failure: EmbeddedBrokerError) async throws {
        logger.error("the broker is opened again", metadata: ["error": "\(failure)"])
        state.withLock { $0.problem = "\(failure)" }
        await current.stop()
        var retry = Retry(Backoff(base: .milliseconds(250), cap: .seconds(5)))
        while true {
            try await Task.sleep(for: retry.failed())
            let broker = EmbeddedBroker(
                configuration: configuration, logger: logger, eventLoop: KafkaEventLoop.shared)
            do {
                _ = try await broker.start()
                state.withLock { $0 = State(broker: broker) }
                logger.notice("the broker serves again", metadata: ["attempts": "\(retry.failures)"])
                return
            } catch let error as EmbeddedBrokerError {
                // Damage does not go away by waiting.
                if error.code == .dataDamaged { throw error }
                state.withLock { $0.problem = "\(error)" }
                logger.error(
                    "the broker cannot be opened yet", metadata: ["error": "\(error)", "attempt": "\(retry.failures)"])
            }
        }
    }
}

extension DataOptions {
    /// The embedded broker of this data directory.
    ///
    /// - Parameters:
    ///   - advertised: the address that clients are given, if not `address`.
    ///   - journalMebibytes: the size of one of the journal's files; nil for the broker's own choice.
    ///   - environment: where its settings are, see ``BrokerEnvironment``.
    func broker(
        at address: HostPort, advertised: HostPort? = nil, journalMebibytes: Int? = nil, environment: [String: String]
    ) throws -> EmbeddedBrokerConfiguration {
        var configuration = EmbeddedBrokerConfiguration(dataDirectory: brokerDirectory)
        try BrokerEnvironment.apply(environment, to: &configuration)
        if let journalMebibytes { configuration.journalFileBytes = journalMebibytes << 20 }
        configuration.host = address.host
        configuration.port = address.port
        configuration.advertised = advertised.map { BoundAddress(host: $0.host, port: $0.port) }
        // What one of the services has yet to read, retention leaves.
        configuration.declaredReaders = Topology.readers
        return configuration
    }
}
