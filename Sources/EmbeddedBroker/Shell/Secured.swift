import BrokerAccess
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The secured listener of a broker that serves.
struct Secured: Sendable {
    let address: BoundAddress
    private let listener: any Channel
    private let security: NIOLoopBound<ListenerSecurity>

    /// Reads certificate and users and takes the port. Nothing is accepted yet.
    ///
    /// - Parameter server: called on the event loop.
    static func bind(
        _ listener: SecuredListener, _ eventLoop: any EventLoop, _ limits: ConnectionLimits,
        _ logger: Logger, server: @escaping @Sendable () -> BrokerServer?
    ) async throws -> Secured {
        let socketAddress: SocketAddress
        do {
            socketAddress = try .makeAddressResolvingHost(listener.host, port: listener.port)
        } catch {
            throw EmbeddedBrokerError(.addressNotAvailable, "the host \"\(listener.host)\" is not known: \(error)")
        }
        let content = try await NIOThreadPool.singleton.runIfActive { try SecurityFiles(listener: listener).read() }
        if content.directory.users.isEmpty {
            logger.warning("there are no users yet in \(listener.users): add one with `orders users add`")
        }
        let current = CurrentSecurity()
        let channel = try await Running.bind(
            socketAddress, BoundAddress(host: listener.host, port: listener.port), eventLoop
        ) { channel in
            guard let server = server(), let security = current.get() else { throw ChannelError.ioOnClosedChannel }
            try prepare(channel, server, security.value, limits, logger)
        }
        let bound = BoundAddress(host: listener.host, port: channel.localAddress?.port ?? listener.port)
        let security = try await eventLoop.submit {
            let security = ListenerSecurity(
                listener, advertised: listener.advertised ?? bound, content: content, eventLoop: eventLoop,
                logger: logger)
            security.onChange = { server()?.usersChanged() }
            security.begin()
            return NIOLoopBound(security, eventLoop: eventLoop)
        }.get()
        current.set(security)
        return Secured(address: bound, listener: channel, security: security)
    }

    /// Set before the first connection is accepted.
    private final class CurrentSecurity: Sendable {
        private let security = Mutex<NIOLoopBound<ListenerSecurity>?>(nil)
        func set(_ bound: NIOLoopBound<ListenerSecurity>) { security.withLock { $0 = bound } }
        func get() -> NIOLoopBound<ListenerSecurity>? { security.withLock { $0 } }
    }

    private static func prepare(
        _ channel: any Channel, _ server: BrokerServer, _ security: ListenerSecurity, _ limits: ConnectionLimits,
        _ logger: Logger
    ) throws {
        let address = channel.remoteAddress?.ipAddress ?? "unknown"
        let handlers = channel.pipeline.syncOperations
        let connection = BrokerConnection(
            server: server, access: ConnectionAccess(security, address: address), limits: limits, logger: logger)
        try handlers.addHandler(GreetingCheck(note: { connection.noteEnd($0) }))
        try handlers.addHandler(NIOSSLServerHandler(context: security.tls))
        try handlers.addHandler(connection)
    }

    /// Begins to accept connections.
    func accept() async throws {
        _ = try await listener.setOption(.autoRead, value: true).get()
    }

    /// Accepts no more; connections that stand are the server's to close.
    func close() async throws {
        let security = security
        try await listener.close()
        try await listener.eventLoop.submit { security.value.end() }.get()
    }
}
