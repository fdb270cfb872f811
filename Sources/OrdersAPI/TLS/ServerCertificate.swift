import APIAccess
import Foundation
import Logging
import NIOPosix
import NIOSSL
import Synchronization

/// The files of the server's certificate, in PEM.
public struct CertificateFiles: Sendable, Equatable {
    /// The certificate, followed by those that lead to its authority.
    public let certificate: String
    /// The private key, without a passphrase.
    public let key: String

    /// Files by their paths.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// Reads them as the server will, to say at the start what is wrong. Blocking.
    ///
    /// - Throws: ``OrdersAPIError`` naming the file.
    public func check() throws(OrdersAPIError) { _ = try ServerCertificate.load(self) }
}

/// The server's certificate, read again when its files change: each new connection gets the newest.
final class ServerCertificate: Sendable {
    fileprivate struct Loaded {
        let chain: [NIOSSLCertificateSource]
        let key: NIOSSLPrivateKeySource
        /// Of both files; a pair that is half replaced does not fit, and is tried again when the other half has come.
        var status: [FileStatus?]

        var override: NIOSSLContextConfigurationOverride {
            var override = NIOSSLContextConfigurationOverride.noChanges
            override.certificateChain = chain
            override.privateKey = key
            return override
        }
    }

    private let files: CertificateFiles
    private let logger: Logger
    private let loaded: Mutex<Loaded>

    /// Reads the files. Blocking; for the start.
    ///
    /// - Throws: ``OrdersAPIError`` naming the file and what is wrong.
    init(files: CertificateFiles, logger: Logger) throws(OrdersAPIError) {
        self.files = files
        self.logger = logger
        loaded = Mutex(try Self.load(files))
    }

    /// What the server is set up with.
    func makeConfiguration() -> TLSConfiguration {
        let first = loaded.withLock { $0 }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: first.chain, privateKey: first.key)
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.sslContextCallback = { [self] _, promise in
            promise.succeed(loaded.withLock { $0.override })
        }
        return configuration
    }

    /// Looks whether the files are others by now. A pair that cannot be used leaves the last one in place.
    func refresh() async {
        let files = files
        let known = loaded.withLock { $0.status }
        do {
            let fresh: Loaded? = try await NIOThreadPool.singleton.runIfActive {
                Self.status(of: files) == known ? nil : try Self.load(files)
            }
            guard let fresh else { return }
            loaded.withLock { $0 = fresh }
            logger.notice("The TLS certificate was read again", metadata: ["file": "\(files.certificate)"])
        } catch {
            let status = Self.status(of: files)
            // Said once for each state of the files.
            loaded.withLock { $0.status = status }
            logger.error("The TLS certificate stays as it was: \(error)", metadata: ["file": "\(files.certificate)"])
        }
    }

    private static func status(of files: CertificateFiles) -> [FileStatus?] {
        [FileStatus(path: files.certificate), FileStatus(path: files.key)]
    }

    fileprivate static func load(_ files: CertificateFiles) throws(OrdersAPIError) -> Loaded {
        // Taken before reading: a change meanwhile is seen at the next look.
        let status = status(of: files)
        for (path, found) in zip([files.certificate, files.key], status) where found == nil {
            throw OrdersAPIError(.invalidConfiguration, "The TLS file \(path) is not there or cannot be reached")
        }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
            let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
            guard let own = chain.first else { throw NIOSSLError.failedToLoadCertificate }
            // Making a context fails where key and certificate do not belong together.
            let sources = chain.map { NIOSSLCertificateSource.certificate($0) }
            _ = try NIOSSLContext(
                configuration: .makeServerConfiguration(certificateChain: sources, privateKey: .privateKey(key)))
            guard own.notValidAfter > time_t(Date().timeIntervalSince1970) else {
                throw OrdersAPIError(.invalidConfiguration, "The certificate in \(files.certificate) has expired")
            }
            return Loaded(chain: sources, key: .privateKey(key), status: status)
        } catch let error as OrdersAPIError {
            throw error
        } catch {
            throw OrdersAPIError(
                .invalidConfiguration,
                "The certificate \(files.certificate) and the key \(files.key) cannot be used: they must be PEM, the key without a passphrase, and belong together (\(error))"
            )
        }
    }
}
