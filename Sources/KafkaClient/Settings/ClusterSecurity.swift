import Secrets

/// How connections are encrypted and authenticated.
public struct ClusterSecurity: Hashable, Sendable {
    /// TLS's settings; nil without encryption.
    public var tls: TLS?
    /// The login; nil without one.
    public var sasl: SASL?

    /// Neither encrypted nor authenticated, unless said.
    public init(tls: TLS? = nil, sasl: SASL? = nil) {
        self.tls = tls
        self.sasl = sasl
    }

    /// Encryption.
    public struct TLS: Hashable, Sendable {
        /// `ssl.truststore.location`: whom to trust, by a PEM file, or a directory of them that are named by OpenSSL's
        /// hashes; nil for the system's certificates.
        public var certificateAuthorities: String?

        /// `ssl.truststore.certificates`: the same as PEM text, in place of a file.
        public var certificateAuthorityText: String?

        /// The client's own certificate, for brokers that ask for one (mutual TLS); nil for none.
        public var identity: Identity?

        /// TLS with the system's certificates, unless others are named.
        public init(
            certificateAuthorities: String? = nil, certificateAuthorityText: String? = nil, identity: Identity? = nil
        ) {
            self.certificateAuthorities = certificateAuthorities
            self.certificateAuthorityText = certificateAuthorityText
            self.identity = identity
        }
    }

    /// `sasl.mechanism`, user and password.
    public struct SASL: Hashable, Sendable {
        /// How the password is proven.
        public enum Mechanism: String, Hashable, Sendable, CaseIterable {
            /// The password as it is: over TLS only.
            case plain = "PLAIN"
            /// RFC 7677.
            case scramSHA256 = "SCRAM-SHA-256"
            /// The same with the longer hash.
            case scramSHA512 = "SCRAM-SHA-512"
        }

        /// The mechanism; the broker must offer it.
        public var mechanism: Mechanism
        /// The user, or the API key.
        public var username: String
        /// The password, or the API key's secret.
        public var password: Secret

        /// A login.
        public init(mechanism: Mechanism, username: String, password: Secret) {
            self.mechanism = mechanism
            self.username = username
            self.password = password
        }
    }
}
