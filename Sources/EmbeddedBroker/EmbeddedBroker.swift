import Logging
import NIOCore
import Synchronization

/// Where a broker can be reached.
public struct BoundAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or an address, IPv6 without brackets.
    public var host: String
    /// 1 to 65535; 0 for any free one, where a broker is to listen.
    public var port: Int

    /// An address from its parts.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// As clients write it in `bootstrap.servers`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A durable broker for one machine that speaks the Kafka protocol.
///
/// One event loop carries the protocol and every decision; three threads carry the files. What it acknowledged is on
/// disk (see ``EmbeddedBrokerConfiguration/Durability``) and survives any end of the process.
public final class EmbeddedBroker: Sendable {
    private let configuration: EmbeddedBrokerConfiguration
    private let logger: Logger
    private let eventLoop: (any EventLoop)?
    private let state: Mutex<State>

    private enum State {
        case idle
        case starting
        case running(Running)
        case stopped
    }

    /// A broker that is not started yet; nothing is read or made.
    ///
    /// - Parameters:
    ///   - configuration: where it listens, where its data is, and its bounds.
    ///   - logger: takes what an operator should know.
    ///   - eventLoop: where it serves; nil for a loop of its own. Recovery holds the loop up.
    public init(
        configuration: EmbeddedBrokerConfiguration, logger: Logger, eventLoop: (any EventLoop)? = nil
    ) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.logger = logger
        self.state = Mutex(.idle)
    }

    /// Recovers what the data directory holds and begins to serve.
    ///
    /// - Returns: where clients connect to.
    /// - Throws: ``EmbeddedBrokerError`` if the address or the data directory cannot be used.
    public func start() async throws -> BoundAddress {
        let isFirst = state.withLock { state in
            guard case .idle = state else { return false }
            state = .starting
            return true
        }
        guard isFirst else { throw EmbeddedBrokerError(.alreadyStarted, "the broker was started before") }
        do {
            let running = try await Running.start(configuration, logger, on: eventLoop)
            state.withLock { $0 = .running(running) }
            return running.address
        } catch {
            state.withLock { $0 = .stopped }
            throw error
        }
    }

    /// Where clients of other machines connect to; nil if the broker does not run, or has no secured listener.
    public var securedAddress: BoundAddress? {
        if case .running(let running) = state.withLock({ $0 }) { running.securedAddress } else { nil }
    }

    /// Stops serving and brings everything to a state from which the next start has nothing to repair.
    public func stop() async {
        let running = state.withLock { state -> Running? in
            defer { state = .stopped }
            if case .running(let running) = state { return running }
            return nil
        }
        await running?.stop()
    }

    /// Serves until the task is cancelled or the disk fails.
    ///
    /// - Parameter onReady: called once clients can connect.
    /// - Throws: ``EmbeddedBrokerError``; ``EmbeddedBrokerError/Code/storageFailed`` if the disk failed meanwhile.
    public func run(onReady: @Sendable (BoundAddress) async -> Void = { _ in }) async throws {
        let address = try await start()
        await onReady(address)
        let failure = await failure()
        await stop()
        if let failure { throw failure }
    }

    /// Waits for the storage to fail; a broker that has failed refuses everything and is to be stopped.
    ///
    /// - Returns: why (``EmbeddedBrokerError/Code/storageFailed``), or nil when the task is cancelled or the broker is
    ///   not running.
    public func failure() async -> EmbeddedBrokerError? {
        guard case .running(let running) = state.withLock({ $0 }) else { return nil }
        return await withTaskCancellationHandler {
            await running.ended()
        } onCancel: {
            running.cancelWaiting()
        }
    }
}
