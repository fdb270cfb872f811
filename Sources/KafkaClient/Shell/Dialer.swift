import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections, encrypted where the settings say so.
struct Dialer: Sendable {
    /// Nil without encryption.
    private let tls: NIOSSLContext?
    private let timeout: TimeAmount

    /// - Throws: ``ClientError/Code/invalidSetting`` where the certificates cannot be read.
    init(_ settings: ClusterSettings) throws(ClientError) {
        timeout = .milliseconds(settings.connectionSetupTimeoutMilliseconds)
        guard let security = settings.security.tls else {
            tls = nil
            return
        }
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            if let text = security.certificateAuthorityText {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(text.utf8)))
            } else if let path = security.certificateAuthorities {
                // A directory is read by the library as it needs it.
                configuration.trustRoots =
                    path.isDirectory ? .file(path) : .certificates(try NIOSSLCertificate.fromPEMFile(path))
            }
            tls = try NIOSSLContext(configuration: configuration)
        } catch {
            throw ClientError(
                .invalidSetting,
                "ssl.truststore.location: \(Self.source(of: security)): \(error)")
        }
    }

    private static func source(of security: ClusterSecurity.TLS) -> String {
        if security.certificateAuthorityText != nil { return "the text" }
        return security.certificateAuthorities ?? "the system's certificates"
    }

    var isEncrypted: Bool { tls != nil }

    func dial(
        _ address: BrokerAddress, on loop: any EventLoop, for owner: NIOLoopBound<ClusterHost>, link: LinkID
    ) -> EventLoopFuture<any Channel> {
        let tls = tls
        return ClientBootstrap(group: loop)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: Self.serverName(address.host)))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        LinkHandler(owner: owner.value, link: link, address: address, isEncrypted: tls != nil))
                }
            }
            .connect(host: address.host, port: address.port)
    }

    /// An address is no name: the certificate has to hold the address then.
    private static func serverName(_ host: String) -> String? {
        // What is not an address is a name: the error says only that.
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return isAddress ? nil : host
    }

    /// An error of the network as one of the client.
    func explain(_ error: any Error, _ address: BrokerAddress) -> ClientError {
        switch error {
        case let error as ClientError: error
        case let error as NIOConnectionError where error.connectionErrors.isEmpty:
            ClientError(.resolve, "the name cannot be resolved", context: "\(address)")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            ClientError(.tls, "\(error)", context: "\(address)", isRetriable: true)
        default: ClientError(.transport, "\(error)", context: "\(address)")
        }
    }
}

extension String {
    fileprivate var isDirectory: Bool {
        var status = stat()
        return stat(self, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
