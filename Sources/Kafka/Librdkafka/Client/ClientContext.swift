import CRdKafka
import Logging
import Synchronization

/// What librdkafka's callbacks reach through the client's opaque pointer: the logger, and the state of the
/// connection. Outlives the client itself.
final class ClientContext: Sendable {
    struct State {
        var status = ClientStatus()
        /// The brokers with a standing connection, by librdkafka's names.
        var brokersUp: Set<String> = []
        /// How far each broker's connection had come, by librdkafka's names of its states.
        var lastStates: [String: String] = [:]
        /// Whether a connection has ever stood.
        var hasBeenUp = false
        /// Whether the client is being closed: its connections end then.
        var isClosing = false
        /// Why the transaction failed that is open; see ``ClientContext/noteTransactionFault(_:)``.
        var transactionFault: KafkaError.Code?
        /// What the check of a broker's certificate found last, until it is reported.
        var certificate: CertificateProblem?
    }

    let name: String
    let logger: Logger
    let security: ClientSecurity
    /// A consumer's: where rebalances go.
    let polling: PollState?
    let state = Mutex(State())

    /// - Throws: ``KafkaError/Code/invalidSetting`` naming a file of credentials that cannot be read.
    init(name: String, settings: KafkaSettings, logger: Logger, polling: PollState? = nil) throws(KafkaError) {
        self.name = name
        self.logger = logger
        security = try ClientSecurity(settings)
        self.polling = polling
    }

    static func from(_ opaque: UnsafeMutableRawPointer?) -> ClientContext? {
        opaque.map { Unmanaged<ClientContext>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Takes note of an error that belongs to no call. Any thread.
    func report(_ raw: KafkaError) {
        let error = explained(raw)
        state.withLock { state in
            state.status.lastError = error
            state.status.lastErrorAt = .now
            if error.code == .allBrokersDown { state.status.wasReportedDown = true }
            if error.isFatal { state.status.fatalError = error }
        }
        logger.log(level: error.logLevel, "\(error)", metadata: ["client": "\(name)"])
    }

    /// A connection came to stand, or broke. Any thread.
    func note(broker: String, state name: String) {
        let isUp = name == "UP"
        let wasRefused = state.withLock { state in
            defer { state.lastStates[broker] = name }
            // Once a connection has stood, the port is known to be right. librdkafka closes one itself when a group has
            // another coordinator, or when the client is closed.
            if isUp { state.hasBeenUp = true }
            guard !state.hasBeenUp, !state.isClosing else { return false }
            return name == "DOWN" && state.lastStates[broker] == "APIVERSION_QUERY"
        }
        // What a TLS port does with the first request of a client without TLS. librdkafka logs it with the idle
        // connections that brokers close, which are no news.
        if wasRefused, security.settings.security.tls == nil {
            noteFault("\(broker): Disconnected, connecting to a SSL listener?", severity: 3)
        }
        state.withLock { state in
            if isUp {
                state.brokersUp.insert(broker)
                state.status.wasReportedDown = false
            } else {
                state.brokersUp.remove(broker)
            }
            state.status.connected(!state.brokersUp.isEmpty, at: .now)
        }
    }
}

extension KafkaError {
    /// For an error that belongs to no call. A connection's failure is in librdkafka's own log lines already.
    var logLevel: Logger.Level {
        if isFatal { return .error }
        return code == .transport || code == .resolve ? .debug : .warning
    }
}
