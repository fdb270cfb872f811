import NIOCore
import Synchronization

/// One end of a connection within the process: a channel whose bytes go to its peer without a socket.
///
/// Both ends are on one event loop. What is flushed reaches the peer in a later task of the loop, as it would through a
/// socket, but as the same buffers: nothing is copied. A peer that reads slowly makes the channel unwritable, and the
/// end of one side is that of the other, once it has read what was sent before.
///
/// Unchecked: all but the atomic values belongs to the event loop.
package final class LocalChannel: Channel, @unchecked Sendable {
    /// Bytes that the peer has not read: with more than `high` the channel is not writable, until there are at most
    /// `low`.
    private static let (low, high) = (1 << 20, 4 << 20)

    package let eventLoop: any EventLoop
    package let allocator = ByteBufferAllocator()
    package let localAddress: SocketAddress?
    package let remoteAddress: SocketAddress?
    package let parent: (any Channel)? = nil
    private let autoRead: Bool
    private let closePromise: EventLoopPromise<Void>
    private let active = Atomic(false)
    private let writable = Atomic(true)

    private var _pipeline: ChannelPipeline?
    private var peer: LocalChannel?
    private var isOpen = true
    /// Written, and not flushed yet.
    private var pending: [(ByteBuffer, EventLoopPromise<Void>?)] = []
    /// What the peer has flushed, and is not read yet.
    private var inbox: [ByteBuffer] = []
    private var inboxBytes = 0
    private var wantsRead = false
    private var isDeliveryScheduled = false
    private var hasPeerClosed = false

    private init(on eventLoop: any EventLoop, local: SocketAddress?, remote: SocketAddress?, autoRead: Bool) {
        self.eventLoop = eventLoop
        (localAddress, remoteAddress) = (local, remote)
        self.autoRead = autoRead
        closePromise = eventLoop.makePromise()
        _pipeline = ChannelPipeline(channel: self)
    }

    /// Connects two ends. The accepting one reads when it is asked to, the connecting one always.
    ///
    /// - Parameters:
    ///   - eventLoop: of both. Called on it.
    ///   - address: of the accepting end, which sees its peer at the same.
    ///   - accept: adds the accepting end's handlers.
    ///   - prepare: adds those of the other.
    /// - Returns: the connecting end.
    package static func connect(
        on eventLoop: any EventLoop, to address: SocketAddress?,
        accept: (any Channel) throws -> Void, prepare: (any Channel) throws -> Void
    ) throws -> LocalChannel {
        eventLoop.preconditionInEventLoop()
        let accepting = LocalChannel(on: eventLoop, local: address, remote: address, autoRead: false)
        let connecting = LocalChannel(on: eventLoop, local: nil, remote: address, autoRead: true)
        do {
            try accept(accepting)
            try prepare(connecting)
        } catch {
            for end in [accepting, connecting] { end.close0(error: error, mode: .all, promise: nil) }
            throw error
        }
        (accepting.peer, connecting.peer) = (connecting, accepting)
        accepting.begin()
        connecting.begin()
        return connecting
    }

    private func begin() {
        guard isOpen else { return }
        active.store(true, ordering: .releasing)
        pipeline.syncOperations.fireChannelRegistered()
        pipeline.syncOperations.fireChannelActive()
        if autoRead { pipeline.syncOperations.read() }
    }

    // MARK: Channel

    package var pipeline: ChannelPipeline {
        guard let _pipeline else { preconditionFailure("a channel has its pipeline from the start") }
        return _pipeline
    }
    package var closeFuture: EventLoopFuture<Void> { closePromise.futureResult }
    package var isActive: Bool { active.load(ordering: .acquiring) }
    package var isWritable: Bool { writable.load(ordering: .acquiring) }
    package var _channelCore: any ChannelCore { self }

    /// There are no options.
    package func setOption<Option: ChannelOption>(_ option: Option, value: Option.Value) -> EventLoopFuture<Void> {
        eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
    }

    package func getOption<Option: ChannelOption>(_ option: Option) -> EventLoopFuture<Option.Value> {
        eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
    }

    // MARK: Reading

    private func scheduleDelivery() {
        guard !isDeliveryScheduled else { return }
        isDeliveryScheduled = true
        eventLoop.assumeIsolated().execute { [self] in
            isDeliveryScheduled = false
            deliver()
        }
    }

    /// Hands on what has come, if it is asked for; behind it comes the end, if the peer has closed.
    private func deliver() {
        while isOpen, !inbox.isEmpty, wantsRead || hasPeerClosed {
            wantsRead = false
            let arrived = inbox
            inbox = []
            inboxBytes = 0
            for bytes in arrived where isOpen { pipeline.syncOperations.fireChannelRead(NIOAny(bytes)) }
            guard isOpen else { return }
            peer?.becomeWritable()
            pipeline.syncOperations.fireChannelReadComplete()
            if isOpen, autoRead { pipeline.syncOperations.read() }
        }
        if isOpen, hasPeerClosed, inbox.isEmpty { close0(error: ChannelError.eof, mode: .all, promise: nil) }
    }

    private func becomeWritable() {
        guard isOpen, !isWritable, peer?.inboxBytes ?? 0 <= Self.low else { return }
        writable.store(true, ordering: .releasing)
        pipeline.syncOperations.fireChannelWritabilityChanged()
    }

    private func take(_ chunks: [(ByteBuffer, EventLoopPromise<Void>?)]) {
        for (bytes, _) in chunks where bytes.readableBytes > 0 {
            inbox.append(bytes)
            inboxBytes += bytes.readableBytes
        }
        if wantsRead { scheduleDelivery() }
    }
}

extension LocalChannel: ChannelCore {
    package func localAddress0() throws -> SocketAddress { try Self.known(localAddress) }
    package func remoteAddress0() throws -> SocketAddress { try Self.known(remoteAddress) }

    private static func known(_ address: SocketAddress?) throws -> SocketAddress {
        guard let address else { throw ChannelError.unknownLocalAddress }
        return address
    }

    package func write0(_ data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isOpen else { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
        pending.append((unwrapData(data), promise))
    }

    package func flush0() {
        let flushed = pending
        pending = []
        guard let peer, peer.isOpen, isOpen else {
            return flushed.forEach { $1?.fail(ChannelError.ioOnClosedChannel) }
        }
        peer.take(flushed)
        for (_, promise) in flushed { promise?.succeed(()) }
        guard isWritable, peer.inboxBytes > Self.high else { return }
        writable.store(false, ordering: .releasing)
        pipeline.syncOperations.fireChannelWritabilityChanged()
    }

    package func read0() {
        wantsRead = true
        if !inbox.isEmpty { scheduleDelivery() }
    }

    package func close0(error: any Error, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all else { return promise?.fail(ChannelError.operationUnsupported) ?? () }
        guard isOpen else { return promise?.fail(ChannelError.alreadyClosed) ?? () }
        isOpen = false
        let wasActive = active.exchange(false, ordering: .acquiringAndReleasing)
        for (_, promise) in pending { promise?.fail(ChannelError.ioOnClosedChannel) }
        (pending, inbox) = ([], [])
        if let peer {
            peer.hasPeerClosed = true
            peer.scheduleDelivery()
        }
        peer = nil
        promise?.succeed(())
        if wasActive {
            pipeline.syncOperations.fireChannelInactive()
            pipeline.syncOperations.fireChannelUnregistered()
        }
        // Later, since the pipeline may be on its way through its handlers.
        eventLoop.assumeIsolated().execute { [self] in
            removeHandlers(pipeline: pipeline)
            closePromise.succeed(())
        }
    }

    package func register0(promise: EventLoopPromise<Void>?) { promise?.fail(ChannelError.operationUnsupported) }
    package func registerAlreadyConfigured0(promise: EventLoopPromise<Void>?) { register0(promise: promise) }
    package func bind0(to: SocketAddress, promise: EventLoopPromise<Void>?) { register0(promise: promise) }
    package func connect0(to: SocketAddress, promise: EventLoopPromise<Void>?) { register0(promise: promise) }
    package func triggerUserOutboundEvent0(_ event: Any, promise: EventLoopPromise<Void>?) {
        register0(promise: promise)
    }

    /// Nobody wants it: it is dropped, as a socket's channel does.
    package func channelRead0(_ data: NIOAny) {}
    package func errorCaught0(error: any Error) {}
}
