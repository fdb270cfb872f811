import CRdKafka
import Logging
import Synchronization

/// What librdkafka's callbacks reach through the client's opaque pointer: the logger, the state of the connection,
/// and the hooks. Outlives the client itself.
final class ClientContext: Sendable {
    struct State {
        var status = ClientStatus()
        var onError: (@Sendable (KafkaError) -> Void)?
        var onStatistics: (@Sendable (String) -> Void)?
    }

    let name: String
    let logger: Logger
    /// A consumer's: where rebalances go.
    let polling: PollState?
    let state = Mutex(State())

    init(name: String, logger: Logger, polling: PollState? = nil) {
        self.name = name
        self.logger = logger
        self.polling = polling
    }

    static func from(_ opaque: UnsafeMutableRawPointer?) -> ClientContext? {
        opaque.map { Unmanaged<ClientContext>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Takes note of an error that belongs to no call. Any thread.
    func report(_ error: KafkaError) {
        let hook = state.withLock { state in
            state.status.lastError = error
            state.status.lastErrorAt = .now
            if error.code == .allBrokersDown { state.status.allBrokersDown = true }
            if error.isFatal { state.status.fatalError = error }
            return state.onError
        }
        logger.log(level: error.isFatal ? .error : .warning, "\(error)", metadata: ["client": "\(name)"])
        hook?(error)
    }

    /// Something came through from a broker: the cluster is reachable.
    func noteBrokerIsUp() {
        state.withLock { $0.status.allBrokersDown = false }
    }
}
