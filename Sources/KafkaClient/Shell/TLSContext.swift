import Foundation
import NIOSSL
import Secrets

/// How BoringSSL is set up from the settings. Reads files, so it blocks.
enum TLSContext {
    /// A context for connections to brokers.
    ///
    /// - Throws: ``ClientError/Code/invalidSetting`` naming the setting and the file that is of no use, never a secret.
    static func make(_ settings: ClusterSecurity.TLS) throws(ClientError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.trustRoots = try trustRoots(settings)
        if let identity = settings.identity {
            configuration.certificateChain = try chain(identity).map { .certificate($0) }
            configuration.privateKey = .privateKey(try key(identity))
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ClientError(.invalidSetting, blame(error, settings, configuration))
        }
    }

    /// Which setting a context fails over: that a key belongs to a certificate is seen here first.
    private static func blame(
        _ error: any Error, _ settings: ClusterSecurity.TLS, _ configuration: TLSConfiguration
    ) -> String {
        var plain = configuration
        (plain.certificateChain, plain.privateKey) = ([], nil)
        // Only whether it works is of interest: the error is in the message already.
        guard let identity = settings.identity, (try? NIOSSLContext(configuration: plain)) != nil else {
            return "ssl.truststore.location: \(authorities(settings)) cannot be used: \(error)"
        }
        return
            "ssl.keystore.key: the key in \(identity.keyName) does not belong to the certificate in \(identity.chainName): name two that do, the client's own certificate first in its file (\(error))"
    }

    // MARK: Whom the client trusts

    private static func trustRoots(_ settings: ClusterSecurity.TLS) throws(ClientError) -> NIOSSLTrustRoots {
        do {
            if let text = settings.certificateAuthorityText {
                return .certificates(try NIOSSLCertificate.fromPEMBytes(Array(text.utf8)))
            }
            guard let path = settings.certificateAuthorities else { return .default }
            // A directory is read by the library as it needs it.
            if FileStamp(of: path)?.isDirectory ?? false { return .file(path) }
            return .certificates(try NIOSSLCertificate.fromPEMFile(path))
        } catch {
            throw ClientError(
                .invalidSetting,
                "ssl.truststore.location: \(authorities(settings)) cannot be read as certificates in PEM: \(error)")
        }
    }

    private static func authorities(_ settings: ClusterSecurity.TLS) -> String {
        if settings.certificateAuthorityText != nil { return "the text" }
        return settings.certificateAuthorities.map { "the file \($0)" } ?? "the system's certificates"
    }

    // MARK: Who the client is

    private static func chain(_ identity: ClusterSecurity.TLS.Identity) throws(ClientError) -> [NIOSSLCertificate] {
        let setting = "ssl.keystore.certificate.chain"
        let text =
            switch identity.certificateChain {
            case .file(let path): try read(.file(path), setting, "a PEM file with the client's certificate").reveal()
            case .text(let text): text
            }
        do {
            return try NIOSSLCertificate.fromPEMBytes(Array(text.utf8))
        } catch {
            throw ClientError(
                .invalidSetting,
                "\(setting): \(identity.chainName) holds no certificate in PEM, -----BEGIN CERTIFICATE-----; name one that does"
            )
        }
    }

    private static func key(_ identity: ClusterSecurity.TLS.Identity) throws(ClientError) -> NIOSSLPrivateKey {
        let setting = "ssl.keystore.key"
        let text = try read(identity.privateKey, setting, "a PEM file with the certificate's private key").reveal()
        let password = try password(identity)
        // PKCS #8, and what OpenSSL wrote before it.
        let isEncrypted = text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")
        if isEncrypted, password == nil {
            throw ClientError(
                .invalidSetting, "\(setting): \(identity.keyName) is encrypted: set ssl.key.password, which opens it")
        }
        do {
            // Without a callback the library may ask for a password on the terminal.
            return try NIOSSLPrivateKey(bytes: Array(text.utf8), format: .pem) { $0(password ?? []) }
        } catch {
            throw ClientError(
                .invalidSetting,
                isEncrypted
                    ? "\(setting): \(identity.keyName) is not opened by ssl.key.password: correct one of the two"
                    : "\(setting): \(identity.keyName) holds no private key in PEM, -----BEGIN PRIVATE KEY-----; name one that does"
            )
        }
    }

    /// The library takes each byte as a signed number and has room for 1,024 with the zero at the end.
    private static func password(_ identity: ClusterSecurity.TLS.Identity) throws(ClientError) -> [UInt8]? {
        guard let source = identity.keyPassword else { return nil }
        let setting = "ssl.key.password"
        let password = try read(source, setting, "a file with the key's password").reveal()
        guard password.utf8.allSatisfy({ $0 < 0x80 }), password.utf8.count < 1_024 else {
            throw ClientError(
                .invalidSetting,
                "\(setting): a password has to be of ASCII characters, at most 1,023: give the key another one")
        }
        return Array(password.utf8)
    }

    private static func read(_ source: SecretSource, _ setting: String, _ what: String) throws(ClientError) -> Secret {
        do throws(SecretError) {
            return try source.read()
        } catch {
            throw ClientError(.invalidSetting, "\(setting): \(error); name \(what)")
        }
    }
}

extension ClusterSecurity.TLS.Identity {
    /// Where the certificate is, for people.
    var chainName: String {
        if case .file(let path) = certificateChain { "the file \(path)" } else { "the text" }
    }

    /// Where the key is, for people.
    var keyName: String {
        if case .file(let path) = privateKey { "the file \(path)" } else { "the text" }
    }
}

extension ClusterSecurity.TLS {
    /// The files that a context is made of.
    var files: [String] {
        var files: [String] = []
        if certificateAuthorityText == nil, let certificateAuthorities { files.append(certificateAuthorities) }
        guard let identity else { return files }
        if case .file(let path) = identity.certificateChain { files.append(path) }
        if case .file(let path) = identity.privateKey { files.append(path) }
        if case .file(let path)? = identity.keyPassword { files.append(path) }
        return files
    }
}
