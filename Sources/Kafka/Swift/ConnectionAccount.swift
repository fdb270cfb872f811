import KafkaClient
import Logging
import Synchronization

/// How the connections of one client fare, in this module's terms: its status, and why they fail, for people.
final class ConnectionAccount: Sendable {
    private struct State {
        var fatalError: KafkaError?
        /// The last failure that was seen.
        var seen: ClientError?
        var seenAt: ContinuousClock.Instant?
    }

    private let name: String
    private let settings: KafkaSettings
    private let logger: Logger
    /// The files of the login, as they were when the client was made. Those of certificates the client looks at itself.
    private let files: [String]
    private let stamps: [FileStamp?]
    private let state = Mutex(State())

    init(name: String, settings: KafkaSettings, logger: Logger) {
        self.name = name
        self.settings = settings
        self.logger = logger
        files = settings.security.login?.files ?? []
        stamps = files.map(FileStamp.init(of:))
    }

    /// The client is of no further use.
    func note(fatal error: KafkaError) { state.withLock { $0.fatalError = error } }

    var fatalError: KafkaError? { state.withLock(\.fatalError) }

    func status(_ cluster: ClusterStatus) -> ClientStatus {
        var status = ClientStatus()
        status.isConnected = cluster.isConnected
        status.wasReportedDown = cluster.isDown
        let (fatal, at) = state.withLock { state in
            if state.seen != cluster.lastError {
                state.seen = cluster.lastError
                state.seenAt = cluster.lastError.map { _ in .now }
            }
            return (state.fatalError, state.seenAt)
        }
        if let error = cluster.lastError {
            let fault = ConnectionFault(error, settings: settings)
            if let fault { tell(fault) }
            status.lastFault = fault
            status.faultAt = at
            status.lastError = fault.map { KafkaError(error).explained(by: $0) } ?? KafkaError(error)
            status.lastErrorAt = at
        }
        status.fatalError = fatal ?? (cluster.isConnected ? nil : stale(cluster.lastError))
        return status
    }

    /// An error in the words of the fault that caused it. Where what the client logs in with has changed in its file
    /// since, the client is at its end: another one reads it again.
    func explained(_ error: KafkaError, by cause: ClientError?) -> KafkaError {
        if let stale = stale(cause) { return stale }
        guard error.code.isOfConnection, let cause,
            let fault = ConnectionFault(cause, settings: settings)
        else { return error }
        tell(fault)
        return error.explained(by: fault)
    }

    private func stale(_ error: ClientError?) -> KafkaError? {
        guard !files.isEmpty, error?.code == .authentication else { return nil }
        let now = files.map(FileStamp.init(of:))
        // One that is being replaced may be gone for a moment.
        guard now != stamps, !now.contains(nil) else { return nil }
        return KafkaError(
            code: .closed, message: "its login has changed in its files: another client is made", context: name)
    }

    /// Many clients of a process fail for one reason.
    private func tell(_ fault: ConnectionFault) {
        guard FaultLines.shared.isNew("\(fault)", at: .now) else { return }
        logger.warning("\(fault)", metadata: ["client": "\(name)", "reason": "\(fault.kind.rawValue)"])
    }
}

extension KafkaError {
    fileprivate func explained(by fault: ConnectionFault) -> KafkaError {
        KafkaError(
            code: code, message: "\(fault)", context: context, isRetriable: isRetriable, isFatal: isFatal,
            mustAbortTransaction: mustAbortTransaction)
    }
}
