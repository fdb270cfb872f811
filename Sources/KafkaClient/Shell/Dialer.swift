import LocalTransport
import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections, encrypted where the settings say so.
struct Dialer: Sendable {
    /// Nil without encryption.
    private let tls: TLSFiles?
    private let identity: ClusterSecurity.TLS.Identity?
    private let timeout: TimeAmount
    private let logger: Logger

    /// - Throws: ``ClientError/Code/invalidSetting`` where certificates or the key cannot be used.
    init(_ settings: ClusterSettings, logger: Logger) throws(ClientError) {
        timeout = .milliseconds(settings.connectionSetupTimeoutMilliseconds)
        identity = settings.security.tls?.identity
        tls = if let security = settings.security.tls { try TLSFiles(security) } else { nil }
        self.logger = logger
    }

    func dial(
        _ address: BrokerAddress, on loop: any EventLoop, for owner: NIOLoopBound<ClusterHost>, link: LinkID
    ) -> EventLoopFuture<any Channel> {
        guard let tls else { return connect(address, on: loop, for: owner, link: link, with: nil) }
        return tls.context(on: loop, logger: logger).flatMap {
            connect(address, on: loop, for: owner, link: link, with: $0)
        }
    }

    private func connect(
        _ address: BrokerAddress, on loop: any EventLoop, for owner: NIOLoopBound<ClusterHost>, link: LinkID,
        with tls: NIOSSLContext?
    ) -> EventLoopFuture<any Channel> {
        let prepare = { @Sendable (channel: any Channel) in
            if let tls {
                try channel.pipeline.syncOperations.addHandler(
                    NIOSSLClientHandler(context: tls, serverHostname: Self.serverName(address.host)))
            }
            try channel.pipeline.syncOperations.addHandler(
                LinkHandler(owner: owner.value, link: link, address: address, isEncrypted: tls != nil))
        }
        // To the broker of this very process no socket is needed.
        let local =
            tls == nil
            ? LocalListeners.connect(host: address.host, port: address.port, on: loop, prepare: prepare) : nil
        if let local { return local }
        return ClientBootstrap(group: loop)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel) }
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
            ClientError(
                .tls, TLSFault.explain(error, identity) ?? "\(error)", context: "\(address)", isRetriable: true)
        default: ClientError(.transport, "\(error)", context: "\(address)")
        }
    }
}
