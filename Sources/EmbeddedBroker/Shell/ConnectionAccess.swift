import BrokerAccess
import KafkaProtocol
import NIOCore
import SCRAM

/// One connection's way through the login, and who it belongs to afterwards.
///
/// Decides only; ``BrokerConnection`` carries out. Stays on the broker's event loop.
final class ConnectionAccess {
    private enum Phase {
        case idle
        case login(Login)
        /// A password is being checked, or a failure waits for its answer.
        case busy
        case failed
    }

    /// What a message of a login results in.
    enum Outcome {
        case answer([UInt8])
        case check(PasswordCheck)
        case failed(reason: String)
    }

    let security: ListenerSecurity
    let address: String
    private var phase = Phase.idle
    private var isRaw = false
    private var mechanism: SASLMechanism?
    private(set) var user: BrokerUser?
    private var sessionEnd: NIODeadline?

    init(_ security: ListenerSecurity, address: String) {
        self.security = security
        self.address = address
    }

    var isLoggedIn: Bool { user != nil }
    /// No further frame is taken.
    var isBusy: Bool { if case .busy = phase { true } else { false } }
    /// After a handshake of version 0 the messages of the login are frames without a header.
    var expectsToken: Bool { if case .login = phase { isRaw } else { false } }
    /// Enough for ApiVersions and a login; what is larger before the login is none.
    var maximumFrameBytes: Int? { isLoggedIn ? nil : 64 << 10 }
    /// Whether a login that ended was over its time (KIP-368).
    var isExpired: Bool { sessionEnd.map { NIODeadline.now() > $0 } ?? false }
    /// What the answer to a login says of it, in milliseconds; 0 for no end.
    var lifetimeMilliseconds: Int64 {
        security.listener.sessionLifetime.map(EmbeddedBrokerConfiguration.milliseconds) ?? 0
    }

    /// Whether the user is still there, with the same password.
    var isCurrent: Bool {
        guard let user else { return true }
        return security.directory.users[user.name]?.verifiers == user.verifiers
    }

    // MARK: The login

    /// A mechanism is chosen.
    func handshake(_ request: SaslHandshakeRequest, version: Int16) -> SaslHandshakeResponse {
        var response = SaslHandshakeResponse { $0.mechanisms = SASLMechanism.allCases.map(\.name) }
        // A second login is for sessions that end; the first goes one step after the other.
        guard case .idle = phase, !isLoggedIn || security.listener.sessionLifetime != nil else {
            response.errorCode = .illegalSaslState
            return response
        }
        guard let mechanism = SASLMechanism(name: request.mechanism), self.mechanism.map({ $0 == mechanism }) ?? true
        else {
            response.errorCode = .unsupportedSaslMechanism
            return response
        }
        isRaw = version == 0
        phase = .login(Login(mechanism, nonce: SCRAMNonce.random()))
        return response
    }

    /// A message of the login; nil where none is expected.
    func step(_ message: [UInt8]) -> Outcome? {
        guard case .login(var login) = phase else { return nil }
        mechanism = login.mechanism
        let step = login.step(message, security.directory)
        phase = .login(login)
        switch step {
        case .challenge(let bytes): return .answer(bytes)
        case .check(let check):
            phase = .busy
            return .check(check)
        case .succeeded(let name, let bytes): return succeed(name).map { .failed(reason: $0) } ?? .answer(bytes)
        case .failed(let name, let reason): return .failed(reason: fail(name, reason))
        }
    }

    /// A password was checked.
    func checked(_ check: PasswordCheck, isRight: Bool) -> Outcome {
        guard isRight else { return .failed(reason: fail(check.user, "the user or the password is wrong")) }
        return succeed(check.user).map { .failed(reason: $0) } ?? .answer([])
    }

    /// - Returns: why it failed after all.
    private func succeed(_ name: String) -> String? {
        // The user may have been removed meanwhile. A repeated login stays with its user.
        guard let user = security.directory.users[name], self.user.map({ $0.name == name }) ?? true else {
            return fail(name, "the user is another one, or was removed")
        }
        if self.user == nil { security.loggedIn(address) }
        self.user = user
        sessionEnd = security.listener.sessionLifetime.map { .now() + TimeAmount($0) }
        phase = .idle
        return nil
    }

    private func fail(_ name: String?, _ reason: String) -> String {
        phase = .busy
        let who = name.map { "user \"\($0.prefix(100))\"" } ?? "no user"
        return "login failed (\(mechanism?.name ?? "no mechanism"), \(who)): \(reason)"
    }

    /// What the answer says: the same for whatever was wrong.
    var failureMessage: String {
        "Authentication failed: the user or the password is wrong (SASL mechanism \(mechanism?.name ?? "none"))"
    }
}
