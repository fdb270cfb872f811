import SCRAM

/// One login: messages of the client in, what to answer out. Pure but for the nonce, which is given.
public struct Login: Sendable {
    /// What a message results in.
    public enum Step: Sendable {
        /// Send this and wait for the next message.
        case challenge([UInt8])
        /// The user is who they say; send this.
        case succeeded(user: String, [UInt8])
        /// Work this off somewhere where it disturbs nobody. Its result is the login's.
        case check(PasswordCheck)
        /// The login failed; the reason is for the log.
        case failed(user: String?, reason: String)
    }

    /// How the client logs in.
    public let mechanism: SASLMechanism
    private let nonce: String
    private var exchange: SCRAMServer?

    /// - Parameter nonce: new for each login: ``SCRAM/SCRAMNonce/random()``.
    public init(_ mechanism: SASLMechanism, nonce: String) {
        self.mechanism = mechanism
        self.nonce = nonce
    }

    /// The client's next message.
    public mutating func step(_ message: [UInt8], _ directory: UserDirectory) -> Step {
        guard message.count <= SCRAMServer.maximumMessageBytes, let text = String(validating: message, as: UTF8.self)
        else { return .failed(user: nil, reason: "its login message is malformed") }
        switch mechanism {
        case .plain: return plain(text, directory)
        case .scramSHA256: return scram(text, .sha256, directory)
        case .scramSHA512: return scram(text, .sha512, directory)
        }
    }

    private mutating func scram(_ text: String, _ hash: SCRAMHash, _ directory: UserDirectory) -> Step {
        do throws(SCRAMError) {
            guard let exchange else {
                var server = try SCRAMServer(first: text, nonce: nonce)
                let challenge = server.challenge(with: directory.verifier(of: server.username, hash))
                exchange = server
                return .challenge(Array(challenge.utf8))
            }
            let answer = try exchange.finalMessage(answering: text)
            return .succeeded(user: exchange.username, Array(answer.utf8))
        } catch {
            return .failed(user: exchange?.username, reason: "\(error)")
        }
    }

    /// RFC 4616: who to act for, who it is, the password.
    private func plain(_ text: String, _ directory: UserDirectory) -> Step {
        let parts = text.split(separator: "\0", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[1].isEmpty else {
            return .failed(user: nil, reason: "its login message is malformed")
        }
        let user = String(parts[1])
        guard parts[0].isEmpty || parts[0] == parts[1] else {
            return .failed(user: user, reason: "it asks to act for another user")
        }
        return .check(
            PasswordCheck(
                user: user, password: String(parts[2]), verifier: directory.verifier(of: user, .sha256)))
    }
}

/// A plain password and what it is checked against. It takes some milliseconds, so it belongs on a thread of its own.
public struct PasswordCheck: Sendable {
    /// Who logs in.
    public let user: String
    let password: String
    let verifier: SCRAMVerifier

    /// Whether the password is right.
    public func run() -> Bool { verifier.accepts(password: password) }
}
