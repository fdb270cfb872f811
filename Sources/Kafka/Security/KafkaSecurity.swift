import Secrets

/// How connections are secured, and who the client is.
public struct KafkaSecurity: Sendable, Hashable {
    /// Nil: not encrypted, for a broker on the same machine or a private network.
    public var tls: TLS?
    /// Nil: no login.
    public var login: Login?

    /// Neither encrypted nor authenticated by default.
    public init(tls: TLS? = nil, login: Login? = nil) {
        self.tls = tls
        self.login = login
    }

    /// Neither encrypted nor authenticated.
    public static let plaintext = KafkaSecurity()

    /// TLS, and a user name and password over SASL/PLAIN: what Confluent Cloud's API keys are for.
    public static func saslSSL(username: String, password: Secret) -> KafkaSecurity {
        KafkaSecurity(
            tls: TLS(), login: Login(.plain, username: .value(Secret(username)), password: .value(password)))
    }

    /// As librdkafka and the Java client call it.
    public var protocolName: String {
        switch (tls != nil, login != nil) {
        case (false, false): "PLAINTEXT"
        case (true, false): "SSL"
        case (false, true): "SASL_PLAINTEXT"
        case (true, true): "SASL_SSL"
        }
    }
}

extension KafkaSecurity {
    /// How a user name and password are shown to the broker.
    public enum Mechanism: String, Sendable, Hashable, CaseIterable {
        case plain = "PLAIN"
        case scramSHA256 = "SCRAM-SHA-256"
        case scramSHA512 = "SCRAM-SHA-512"
    }

    /// A user with a password.
    public struct Login: Sendable, Hashable {
        public var mechanism: Mechanism
        /// From a file as well: a managed cluster changes both when a key is rotated.
        public var username: SecretSource
        public var password: SecretSource

        public init(_ mechanism: Mechanism, username: SecretSource, password: SecretSource) {
            self.mechanism = mechanism
            self.username = username
            self.password = password
        }
    }

    /// Whom the client trusts, and with which certificate it shows itself. The broker's host name is always checked,
    /// unless an override switches `ssl.endpoint.identification.algorithm` off.
    public struct TLS: Sendable, Hashable {
        /// The certificate authorities that may sign a broker's certificate.
        public enum Authorities: Sendable, Hashable {
            /// Those of the operating system.
            case system
            /// A PEM file, or a directory of such.
            case file(String)
            /// PEM text.
            case pem(String)
        }

        /// The client's own certificate (mTLS): PEM files.
        public struct Identity: Sendable, Hashable {
            public var certificateFile: String
            public var keyFile: String
            /// Nil: the key is not encrypted.
            public var keyPassword: SecretSource?

            public init(certificateFile: String, keyFile: String, keyPassword: SecretSource? = nil) {
                self.certificateFile = certificateFile
                self.keyFile = keyFile
                self.keyPassword = keyPassword
            }
        }

        public var authorities: Authorities
        public var identity: Identity?

        public init(authorities: Authorities = .system, identity: Identity? = nil) {
            self.authorities = authorities
            self.identity = identity
        }

        /// The files that a client reads when it is made, and not again.
        var files: [String] {
            var files: [String] = []
            if case .file(let path) = authorities { files.append(path) }
            if let identity { files += [identity.certificateFile, identity.keyFile] }
            if case .file(let path)? = identity?.keyPassword { files.append(path) }
            return files
        }
    }
}

extension KafkaSecurity: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without secrets.
    public var description: String {
        protocolName == "PLAINTEXT" ? "plaintext" : protocolName + (login.map { " \($0.mechanism.rawValue)" } ?? "")
    }
    /// Without secrets.
    public var debugDescription: String { description }
    /// Without secrets.
    public var customMirror: Mirror { Mirror(self, children: ["security": description]) }
}
