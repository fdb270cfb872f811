import BrokerCore
import BrokerStorage
import LocalTransport
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A broker that serves: its event loop, threads, listening socket and data directory.
final class Running: Sendable {
    let address: BoundAddress
    var securedAddress: BoundAddress? { secured?.address }
    /// Nil where the event loop is somebody else's.
    private let group: MultiThreadedEventLoopGroup?
    private let listener: any Channel
    private let secured: Secured?
    /// The server belongs to the group's only event loop and is touched nowhere else.
    private let server: NIOLoopBound<BrokerServer>
    private let storage: StorageThreads
    private let directory: DataDirectory
    private let logger: Logger
    private let end: EventLoopPromise<EmbeddedBrokerError?>

    private init(
        address: BoundAddress, group: MultiThreadedEventLoopGroup?, listener: any Channel, secured: Secured?,
        server: NIOLoopBound<BrokerServer>,
        storage: StorageThreads, directory: DataDirectory, logger: Logger, end: EventLoopPromise<EmbeddedBrokerError?>
    ) {
        self.address = address
        self.group = group
        self.listener = listener
        self.secured = secured
        self.server = server
        self.storage = storage
        self.directory = directory
        self.logger = logger
        self.end = end
    }

    // MARK: Starting

    /// - Parameter given: the event loop to serve on; nil for one of its own.
    static func start(
        _ configuration: EmbeddedBrokerConfiguration, _ logger: Logger, on given: (any EventLoop)?
    ) async throws -> Running {
        try configuration.validate()
        let socketAddress = try loopbackAddress(configuration.host, configuration.port)
        if let advertised = configuration.advertised { _ = try loopbackAddress(advertised.host, advertised.port) }
        let group = given == nil ? MultiThreadedEventLoopGroup(numberOfThreads: 1) : nil
        do {
            return try await start(configuration, logger, group, given ?? group!.next(), socketAddress)
        } catch {
            // The error that stopped the start is the one to report.
            try? await group?.shutdownGracefully()
            throw error
        }
    }

    private static func loopbackAddress(_ host: String, _ port: Int) throws(EmbeddedBrokerError) -> SocketAddress {
        let address: SocketAddress
        do {
            address = try .makeAddressResolvingHost(host, port: port)
        } catch {
            throw EmbeddedBrokerError(.addressNotAvailable, "the host \"\(host)\" is not known: \(error)")
        }
        guard let ip = address.ipAddress, ip.hasPrefix("127.") || ip == "::1" else {
            throw EmbeddedBrokerError(
                .notLoopback,
                "without logins the embedded broker listens on this machine only, not on \(host), where anyone on the network could read and write. For other machines give it --broker-listen HOST:PORT with --broker-tls-cert, --broker-tls-key and --broker-users"
            )
        }
        return address
    }

    private static func start(
        _ configuration: EmbeddedBrokerConfiguration, _ logger: Logger, _ group: MultiThreadedEventLoopGroup?,
        _ eventLoop: any EventLoop, _ socketAddress: SocketAddress
    ) async throws -> Running {
        let accepted = AcceptedConnections()
        let limits = configuration.limits
        // The port is taken first: two brokers that share one by mistake must not touch a data directory.
        let accept = { @Sendable (channel: any Channel) in
            guard let server = accepted.current()?.value else { throw ChannelError.ioOnClosedChannel }
            try channel.pipeline.syncOperations.addHandler(
                BrokerConnection(server: server, limits: limits, logger: logger))
        }
        let listener = try await bind(
            socketAddress, BoundAddress(host: configuration.host, port: configuration.port), eventLoop, accept)
        let end = eventLoop.makePromise(of: EmbeddedBrokerError?.self)
        var secured: Secured?
        do {
            if let wanted = configuration.secured {
                secured = try await Secured.bind(wanted, eventLoop, limits, logger) { accepted.current()?.value }
            }
            let bound = BoundAddress(
                host: configuration.host, port: listener.localAddress?.port ?? configuration.port)
            let files = try DataDirectory(path: configuration.dataDirectory)
            let parts = try await eventLoop.submit {
                try assemble(configuration, bound, files, eventLoop, limits, logger, end, accepted)
            }.get()
            _ = try await listener.setOption(.autoRead, value: true).get()
            try await secured?.accept()
            // Who shares the event loop needs no socket.
            if group == nil {
                LocalListeners.open(host: bound.host, port: bound.port, on: eventLoop, accept: accept)
            }
            return Running(
                address: bound, group: group, listener: listener, secured: secured, server: parts.server,
                storage: parts.storage, directory: files, logger: logger, end: end)
        } catch {
            end.succeed(nil)
            // The error that stopped the start is the one to report.
            try? await listener.close()
            try? await secured?.close()
            throw error
        }
    }

    /// Connections are accepted only once the server is there.
    private final class AcceptedConnections: Sendable {
        private let server = Mutex<NIOLoopBound<BrokerServer>?>(nil)
        func serve(_ bound: NIOLoopBound<BrokerServer>) { server.withLock { $0 = bound } }
        func current() -> NIOLoopBound<BrokerServer>? { server.withLock { $0 } }
    }

    /// Listens, and accepts nothing yet.
    static func bind(
        _ address: SocketAddress, _ named: BoundAddress, _ eventLoop: any EventLoop,
        _ prepare: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.autoRead, value: false)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 8192, maximum: 1 << 20)
            )
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 1 << 20, high: 4 << 20))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel) }
            }
        do {
            return try await bootstrap.bind(to: address).get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw EmbeddedBrokerError(
                .portInUse,
                "port \(named.port) on \(named.host) is already in use; stop what listens there, or choose another port"
            )
        } catch let error as IOError where error.errnoCode == EACCES {
            throw EmbeddedBrokerError(
                .addressNotAvailable,
                "this process may not listen on port \(named.port); choose one above 1023")
        } catch {
            throw EmbeddedBrokerError(
                .addressNotAvailable, "\(named) cannot be listened on: \(error)")
        }
    }

    private struct Parts: Sendable {
        var server: NIOLoopBound<BrokerServer>
        var storage: StorageThreads
    }

    /// Recovers and puts the server together; on the event loop, which serves nobody yet.
    private static func assemble(
        _ configuration: EmbeddedBrokerConfiguration, _ address: BoundAddress, _ directory: DataDirectory,
        _ eventLoop: any EventLoop, _ limits: ConnectionLimits, _ logger: Logger,
        _ end: EventLoopPromise<EmbeddedBrokerError?>, _ accepted: AcceptedConnections
    ) throws -> Parts {
        let files = FileStorage(root: directory.path)
        let clock = BrokerClock()
        var settings = configuration.settings
        let advertised = configuration.advertised ?? address
        settings.advertisedHost = advertised.host
        settings.advertisedPort = Int32(advertised.port)
        settings.dataDirectory = directory.path
        let seed = UInt64.random(in: .min ... .max)
        let core: Broker
        do {
            let recovered = try Recovery(files: files, settings: settings, now: clock.now, seed: seed).run()
            report(recovered.report, directory.path, logger)
            core = Broker(settings: settings, now: clock.now, recovered: recovered, seed: seed)
        } catch {
            throw EmbeddedBrokerError(
                error.code == .corrupt ? .dataDamaged : .dataDirectoryNotUsable,
                "the data directory \(directory.path) cannot be used: \(error)")
        }
        let storage = StorageThreads(files: files, eventLoop: eventLoop) { completion in
            accepted.current()?.value.complete(completion)
        }
        let server = BrokerServer(
            core: core, eventLoop: eventLoop, storage: storage, logger: logger, clock: clock, limits: limits)
        server.onFailure = { error in
            end.succeed(
                EmbeddedBrokerError(.storageFailed, "the broker's data directory \(directory.path) failed: \(error)"))
        }
        let bound = NIOLoopBound(server, eventLoop: eventLoop)
        accepted.serve(bound)
        server.begin()
        return Parts(server: bound, storage: storage)
    }

    private static func report(_ report: RecoveryReport, _ path: String, _ logger: Logger) {
        for finding in report.findings { logger.warning("recovery: \(finding)") }
        if report.isNew {
            logger.info("new data directory \(path)")
        } else if report.replayedFrames > 0 {
            logger.info(
                "recovered \(path): \(report.replayedFrames) journal frames, \(report.replayedBytes) bytes replayed")
        }
    }

    // MARK: Ending

    func ended() async -> EmbeddedBrokerError? {
        // The promise never fails.
        (try? await end.futureResult.get()) ?? nil
    }

    func cancelWaiting() { end.succeed(nil) }

    func stop() async {
        end.succeed(nil)
        if group == nil { LocalListeners.close(host: address.host, port: address.port) }
        do {
            try await listener.close()
            try await secured?.close()
            let server = server
            try await listener.eventLoop.flatSubmit { server.value.shutDown() }.get()
        } catch {
            logger.warning("the broker did not shut down cleanly, the next start repairs what is left: \(error)")
        }
        let storage = storage
        let directory = directory
        // Waiting for threads blocks, so it is done on a thread of its own.
        await withCheckedContinuation { continuation in
            NIOThreadPool.singleton.submit { _ in
                storage.stop()
                directory.release()
                continuation.resume()
            }
        }
        do {
            try await group?.shutdownGracefully()
        } catch {
            logger.warning("the broker's event loop did not end cleanly: \(error)")
        }
    }
}
