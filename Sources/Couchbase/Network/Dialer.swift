import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections, encrypted where the connection string says so.
struct Dialer: Sendable {
    /// `nil` without encryption.
    let tls: NIOSSLContext?
    let connectTimeout: Duration
    let resolver: DNSResolver

    /// Bytes that wait for the socket: above it no more operations are written, below the half they are again.
    private static let writeLimit = 1 << 20

    func dial(
        _ endpoint: Endpoint, on loop: any EventLoop, for owner: NIOLoopBound<BucketLoop>, link: UInt64
    ) -> EventLoopFuture<any Channel> {
        let tls = tls
        return ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(max(Int64(connectTimeout / .nanoseconds(1)), 1)))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(
                .writeBufferWaterMark, value: .init(low: Self.writeLimit / 2, high: Self.writeLimit)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: Self.serverName(endpoint.host)))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        LinkHandler(
                            owner: owner.value, link: link, endpoint: endpoint, isEncrypted: tls != nil))
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
    }

    /// An address is no name: the certificate has to hold the address then.
    static func serverName(_ host: String) -> String? {
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return isAddress ? nil : host
    }

    /// The context for a cluster's connections.
    /// - Throws: ``CouchbaseError/Code/invalidArgument`` where the certificates cannot be read.
    static func context(certificateFile: String?) throws(CouchbaseError) -> NIOSSLContext {
        do {
            return try NIOSSLContext(configuration: configuration(certificateFile: certificateFile))
        } catch {
            let source = certificateFile.map { "the certificates in \($0)" } ?? "the system's certificates"
            throw CouchbaseError(.invalidArgument, "\(source) cannot be read: \(error)")
        }
    }

    static func configuration(certificateFile: String?) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let certificateFile {
            let certificates = try NIOSSLCertificate.fromPEMFile(certificateFile)
            configuration.trustRoots = .certificates(certificates)
        }
        return configuration
    }
}
