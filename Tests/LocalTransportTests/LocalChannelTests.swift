import LocalTransport
import NIOCore
import NIOPosix
import Testing

/// Keeps what a channel is given, and what happens to it.
private final class Recorder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    var bytes: [UInt8] = []
    var reads = 0
    var events: [String] = []
    var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { events.append("removed") }
    func channelActive(context: ChannelHandlerContext) { events.append("active") }
    func channelInactive(context: ChannelHandlerContext) { events.append("inactive") }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) { bytes += unwrapInboundIn(data).readableBytesView }
    func channelReadComplete(context: ChannelHandlerContext) { reads += 1 }
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        events.append(context.channel.isWritable ? "writable" : "full")
    }
}

/// Both ends of a connection. Belongs to its event loop.
private final class Ends {
    let client = Recorder()
    let server = Recorder()
    let channel: LocalChannel

    init(_ loop: any EventLoop) throws {
        let (client, server) = (client, server)
        channel = try LocalChannel.connect(
            on: loop, to: try SocketAddress(ipAddress: "127.0.0.1", port: 9092),
            accept: { try $0.pipeline.syncOperations.addHandler(server) },
            prepare: { try $0.pipeline.syncOperations.addHandler(client) })
    }

    func send(_ bytes: [UInt8], from end: Recorder) {
        end.context?.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: nil)
    }
}

@Suite(.timeLimit(.minutes(1))) struct LocalChannelTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    /// One step a task of the loop: between two of them the channels do what they have to.
    private func run(_ steps: [@Sendable (Ends) throws -> Void]) async throws {
        let ends = try await loop.submit { [loop] in NIOLoopBound(try Ends(loop), eventLoop: loop) }.get()
        for step in steps {
            try await loop.submit { try step(ends.value) }.get()
            // What that began, and what that began.
            for _ in 0..<3 { try await loop.submit {}.get() }
        }
        try await loop.submit { ends.value.channel.close(promise: nil) }.get()
    }

    @Test func `What is sent arrives later, in order, when it is asked for`() async throws {
        try await run([
            { ends in
                #expect(ends.client.events == ["active"] && ends.server.events == ["active"])
                #expect(ends.server.context?.remoteAddress?.ipAddress == "127.0.0.1")
                ends.send([1, 2], from: ends.client)
                ends.send([3], from: ends.client)
                ends.client.context?.write(NIOAny(ByteBuffer(bytes: [9])), promise: nil)
                #expect(ends.server.bytes == [])
            },
            // The accepting end reads when it is asked to.
            { ends in
                #expect(ends.server.bytes == [])
                ends.server.context?.read()
                #expect(ends.server.bytes == [])
            },
            { ends in
                #expect(ends.server.bytes == [1, 2, 3] && ends.server.reads == 1)
                ends.client.context?.flush()
                ends.server.context?.read()
            },
            { ends in
                #expect(ends.server.bytes == [1, 2, 3, 9] && ends.server.reads == 2)
                ends.send([7], from: ends.server)
            },
            // The connecting one always.
            { ends in
                #expect(ends.client.bytes == [7])
                ends.send([8], from: ends.server)
            },
            { ends in #expect(ends.client.bytes == [7, 8] && ends.client.reads == 2) },
        ])
    }

    @Test func `Who reads slowly makes its peer wait`() async throws {
        let piece = [UInt8](repeating: 1, count: 1 << 20)
        try await run([
            { ends in
                for _ in 0..<4 { ends.send(piece, from: ends.client) }
                #expect(ends.channel.isWritable)
                ends.send([2], from: ends.client)
                #expect(!ends.channel.isWritable && ends.client.events == ["active", "full"])
                ends.server.context?.read()
            },
            { ends in
                #expect(ends.server.bytes.count == 4 << 20 | 1)
                #expect(ends.channel.isWritable && ends.client.events == ["active", "full", "writable"])
            },
        ])
    }

    @Test(arguments: [true, false])
    func `The end of one side is that of the other, behind what was sent`(clientCloses: Bool) async throws {
        try await run([
            { ends in
                let (one, other) = clientCloses ? (ends.client, ends.server) : (ends.server, ends.client)
                ends.send([5], from: one)
                one.context?.close(promise: nil)
                #expect(one.events == ["active", "inactive"] && other.events == ["active"])
            },
            { ends in
                let other = clientCloses ? ends.server : ends.client
                #expect(other.bytes == [5])
                #expect(ends.client.events == ["active", "inactive", "removed"])
                #expect(ends.server.events == ["active", "inactive", "removed"])
                #expect(!ends.channel.isActive)
            },
        ])
    }

    @Test func `What is written to a closed channel fails, and a second close says so`() async throws {
        let (closed, write, again) = try await loop.submit { [loop] in
            let ends = try Ends(loop)
            let promises = (0..<3).map { _ in loop.makePromise(of: Void.self) }
            // Written and not flushed when the end comes.
            ends.channel.write(ByteBuffer(bytes: [1]), promise: promises[1])
            ends.channel.close(promise: promises[0])
            ends.channel.close(promise: promises[2])
            return (promises[0].futureResult, promises[1].futureResult, promises[2].futureResult)
        }.get()
        try await closed.get()
        await #expect(throws: ChannelError.ioOnClosedChannel) { try await write.get() }
        await #expect(throws: ChannelError.alreadyClosed) { try await again.get() }
    }

    @Test func `A server that does not accept is a failed connection`() async throws {
        struct Refused: Error {}
        await #expect(throws: Refused.self) {
            try await loop.submit { [loop] in
                _ = try LocalChannel.connect(on: loop, to: nil, accept: { _ in throw Refused() }, prepare: { _ in })
            }.get()
        }
    }

    @Test func `A listener is found by its address, from its own loop`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let (loop, other) = (group.next(), group.next())
        LocalListeners.open(host: "127.0.0.1", port: 1, on: loop) { _ in }
        func connect(_ port: Int, _ loop: any EventLoop) -> EventLoopFuture<any Channel>? {
            LocalListeners.connect(host: "127.0.0.1", port: port, on: loop) { _ in }
        }
        #expect(connect(2, loop) == nil && connect(1, other) == nil)
        let channel = try #require(try await connect(1, loop)?.get())
        #expect(channel.isActive)
        LocalListeners.close(host: "127.0.0.1", port: 1)
        #expect(connect(1, loop) == nil)
        #expect(channel.isActive)
        try await channel.close()
        try await group.shutdownGracefully()
    }
}
