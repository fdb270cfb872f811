import BrokerAccess
import Foundation
import NIOSSL

/// The files that the secured listener needs, and what they held when they were read.
struct SecurityFiles: Sendable {
    /// What is needed to serve: both are read again as a whole.
    struct Content: Sendable {
        var tls: NIOSSLContext
        var directory: UserDirectory
        var marks: [Mark]
    }

    /// What tells one state of a file from another; a replaced file has another inode.
    struct Mark: Hashable, Sendable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    let listener: SecuredListener

    /// Blocking: belongs on a thread for files.
    func read() throws(EmbeddedBrokerError) -> Content {
        let marks = marks()
        let users: [BrokerUser]
        do {
            users = try UsersFile(path: listener.users).read()
        } catch {
            throw EmbeddedBrokerError(.securityNotUsable, "\(error)")
        }
        return Content(tls: try context(), directory: UserDirectory(users), marks: marks)
    }

    /// The state of each file. One that is not there has a mark, too.
    func marks() -> [Mark] {
        [listener.certificateChain, listener.privateKey, listener.clientAuthorities, listener.users].compactMap {
            path in
            guard let path else { return nil }
            var status = stat()
            guard stat(path, &status) == 0 else { return Mark(inode: 0, size: -1, seconds: 0, nanoseconds: 0) }
            return Mark(
                inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: Int(status.st_mtim.tv_sec),
                nanoseconds: Int(status.st_mtim.tv_nsec))
        }
    }

    private func context() throws(EmbeddedBrokerError) -> NIOSSLContext {
        func load<T>(_ what: String, _ path: String, _ body: () throws -> T) throws(EmbeddedBrokerError) -> T {
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw EmbeddedBrokerError(
                    .securityNotUsable, "the \(what) \(path) is not there or cannot be read; name a PEM file")
            }
            do {
                return try body()
            } catch {
                throw EmbeddedBrokerError(.securityNotUsable, "the \(what) \(path) is not usable as PEM: \(error)")
            }
        }
        let chain = try load("certificate", listener.certificateChain) {
            try NIOSSLCertificate.fromPEMFile(listener.certificateChain)
        }
        let key = try load("key", listener.privateKey) {
            try NIOSSLPrivateKey(file: listener.privateKey, format: .pem)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        if let path = listener.clientAuthorities {
            let authorities = try load("clients' authority", path) { try NIOSSLCertificate.fromPEMFile(path) }
            configuration.trustRoots = .certificates(authorities)
            configuration.certificateVerification = .noHostnameVerification
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw EmbeddedBrokerError(
                .securityNotUsable,
                "the certificate \(listener.certificateChain) and the key \(listener.privateKey) do not go together: \(error)"
            )
        }
    }
}
