import CRdKafka
import Logging
import Synchronization
import Threads

/// Looks every second at the files that clients log in with, for all clients of the process.
///
/// A password that changed is set on the client, which uses it for its next connection. Certificates that changed end
/// a client whose connection fails over them: the calls that follow throw ``KafkaError/Code/closed``, and whoever keeps
/// the client makes another.
final class CredentialWatch: Sendable {
    static let shared = CredentialWatch()

    private struct State {
        var clients: [WeakClient] = []
        var isRunning = false
    }

    private struct WeakClient {
        weak var handle: ClientHandle?
    }

    private let state = Mutex(State())
    private let interval: Duration = .seconds(1)

    func add(_ handle: ClientHandle) {
        let begins = state.withLock { state in
            state.clients.append(WeakClient(handle: handle))
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard begins else { return }
        OSThread.start("kafka-secrets") { [self] in
            repeat { OSThread.sleep(interval) } while look()
        }
    }

    /// - Returns: whether any client is left.
    private func look() -> Bool {
        let handles = state.withLock { state in
            state.clients.removeAll { $0.handle.map(\.isClosed) ?? true }
            state.isRunning = !state.clients.isEmpty
            return state.clients.compactMap(\.handle)
        }
        for handle in handles { handle.lookAtCredentials() }
        return !handles.isEmpty
    }
}

extension ClientHandle {
    func lookAtCredentials() {
        switch context.security.look() {
        case .none: break
        case .credentials(let credentials): set(credentials)
        case .unreadable(let error):
            context.logger.warning(
                "the credentials changed and cannot be read; the client goes on with those that it has",
                metadata: ["client": "\(context.name)", "error": "\(error.message)"])
        }
        guard context.security.certificatesChanged, context.failsOverCertificates else { return }
        guard enterClosing() else { return }
        leave()
        context.logger.notice(
            "the certificate files changed and the connection fails: another client is made",
            metadata: ["client": "\(context.name)"])
    }

    private func set(_ credentials: Credentials) {
        // Closed meanwhile: there is nothing left to set.
        guard (try? enter()) != nil else { return }
        defer { leave() }
        if let error = KafkaError(
            consuming: rd_kafka_sasl_set_credentials(client, credentials.username, credentials.password.reveal()),
            in: "\(context.name): setting credentials")
        {
            context.logger.error("the new credentials are refused", metadata: ["error": "\(error)"])
        }
    }
}
