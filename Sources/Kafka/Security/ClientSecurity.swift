import KafkaClient
import Secrets
import Synchronization

/// What one client logs in with, and whether that has changed in its files since.
final class ClientSecurity: Sendable {
    /// What has changed.
    enum Change: Equatable {
        case none
        /// To be set on the client; its connections go on.
        case credentials(Credentials)
        /// A file does not give what it should. What the client has stays.
        case unreadable(KafkaError)
    }

    private struct State {
        var credentials: Credentials?
        /// The files of the login as they were when last read; nil: not looked at yet.
        var login: [FileStamp?]?
    }

    let settings: KafkaSettings
    /// The certificates' files, as they were when the client was made.
    private let certificates: [FileStamp?]
    private let state = Mutex(State())

    /// - Throws: ``KafkaError/Code/invalidSetting`` naming a file that cannot be read.
    init(_ settings: KafkaSettings) throws(KafkaError) {
        self.settings = settings
        certificates = (settings.security.tls?.files ?? []).map(FileStamp.init(of:))
        let overrides = settings.overrides
        var credentials = try settings.security.login?.credentials()
        if let name = overrides["sasl.username"] ?? credentials?.username {
            credentials = Credentials(
                username: name,
                password: overrides["sasl.password"].map { Secret($0) } ?? credentials?.password ?? Secret(""))
        }
        let first = credentials
        state.withLock { $0.credentials = first }
    }

    /// Those that the client has now.
    var credentials: Credentials? { state.withLock { $0.credentials } }

    /// Whether anything is in a file that may change.
    var isInFiles: Bool { !certificates.isEmpty || settings.security.login?.isInFiles ?? false }

    /// Reads the login's files again if they changed. The first look always counts as a change: what the client was
    /// made with was read before.
    func look() -> Change {
        guard let login = settings.security.login, login.isInFiles else { return .none }
        let stamps = login.files.map(FileStamp.init(of:))
        return state.withLock { state in
            guard state.login != stamps else { return .none }
            state.login = stamps
            do throws(KafkaError) {
                let credentials = try login.credentials()
                state.credentials = credentials
                return .credentials(credentials)
            } catch {
                return .unreadable(error)
            }
        }
    }

    /// librdkafka reads certificates when a client is made: another one has to be made for these.
    var certificatesChanged: Bool {
        guard !certificates.isEmpty else { return false }
        let now = (settings.security.tls?.files ?? []).map(FileStamp.init(of:))
        // One that is being replaced may be gone for a moment.
        return now != certificates && !now.contains(nil)
    }
}

extension KafkaSecurity.Login {
    var files: [String] {
        [username, password].compactMap { source in
            if case .file(let path) = source { path } else { nil }
        }
    }
}
