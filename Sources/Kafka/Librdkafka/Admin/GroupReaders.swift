import Logging
import Synchronization

/// An admin client's readers, each made when its group is first asked for.
final class GroupReaders: Sendable {
    private struct State {
        var readers: [String: GroupReader] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())
    private let settings: KafkaSettings
    private let clientID: String
    private let logger: Logger

    init(settings: KafkaSettings, clientID: String, logger: Logger) {
        self.settings = settings
        self.clientID = clientID
        self.logger = logger
    }

    /// - Throws: ``KafkaError/Code/closed`` once closed.
    func reader(of group: String) throws(KafkaError) -> GroupReader {
        try state.withLock { state throws(KafkaError) in
            if state.isClosed { throw KafkaError.closed("admin \(clientID)") }
            if let reader = state.readers[group] { return reader }
            let reader = try GroupReader(group: group, settings: settings, clientID: clientID, logger: logger)
            state.readers[group] = reader
            return reader
        }
    }

    /// Does not wait for the connections to go.
    func close() {
        let readers = state.withLock { state in
            state.isClosed = true
            defer { state.readers = [:] }
            return state.readers
        }
        for reader in readers.values { reader.close() }
    }
}
