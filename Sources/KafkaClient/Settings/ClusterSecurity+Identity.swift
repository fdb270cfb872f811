import Secrets

extension ClusterSecurity.TLS {
    /// A certificate with its private key, by which the broker knows the client (mutual TLS).
    ///
    /// Files are read when a client is made. A connection that is opened after they have changed uses what they hold
    /// then; connections that stand go on.
    public struct Identity: Hashable, Sendable {
        /// A certificate and those above it.
        public enum Certificates: Hashable, Sendable {
            /// The path of a PEM file.
            case file(String)
            /// PEM text.
            case text(String)
        }

        /// `ssl.keystore.certificate.chain`: the certificate, then those that lead to its authority, in PEM.
        public var certificateChain: Certificates
        /// `ssl.keystore.key`: the certificate's private key, in PEM.
        public var privateKey: SecretSource
        /// `ssl.key.password`: opens an encrypted key; nil where it is not encrypted. ASCII, at most 1,023 bytes.
        public var keyPassword: SecretSource?

        /// An identity in PEM files; both may be in the same one.
        public init(certificateFile: String, keyFile: String, keyPassword: SecretSource? = nil) {
            self.init(certificateChain: .file(certificateFile), privateKey: .file(keyFile), keyPassword: keyPassword)
        }

        /// An identity, each part in a file or as text.
        public init(certificateChain: Certificates, privateKey: SecretSource, keyPassword: SecretSource? = nil) {
            self.certificateChain = certificateChain
            self.privateKey = privateKey
            self.keyPassword = keyPassword
        }
    }
}
