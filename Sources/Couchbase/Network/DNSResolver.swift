import Foundation
import NIOCore
import NIOPosix

/// Looks up service records with the name servers of `/etc/resolv.conf`; the system's own functions do not know them.
struct DNSResolver: Sendable {
    private static let maximumServers = 2
    private static let timeout = TimeAmount.milliseconds(1_000)
    private static let largestDatagram = 65_535

    let servers: [SocketAddress]
    let group: any EventLoopGroup

    init(servers: [SocketAddress], group: any EventLoopGroup) {
        self.servers = Array(servers.prefix(Self.maximumServers))
        self.group = group
    }

    /// The name servers that a file in the form of `/etc/resolv.conf` names.
    static func servers(in text: String) -> [SocketAddress] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, words[0] == "nameserver" else { return nil }
            // What is no address cannot be asked.
            return try? SocketAddress(ipAddress: String(words[1]), port: 53)
        }
    }

    /// The endpoints of a service; none where there are no records, or nobody answers. The host itself is tried then.
    func services(_ name: String) async -> [Endpoint] {
        for server in servers {
            let id = UInt16.random(in: 0...UInt16.max)
            guard let question = DNSMessage.question(name, id: id) else { return [] }
            do {
                var answer = try await overDatagrams(question, id: id, to: server)
                if answer == .truncated { answer = try await stream(question, id: id, to: server) }
                if case .services(let endpoints) = answer { return endpoints }
                return []
            } catch {
                // The next server may know.
                continue
            }
        }
        return []
    }

    /// Some networks let no datagrams through, or none that are long: nobody's answer is as good as one that did not fit.
    private func overDatagrams(_ question: ByteBuffer, id: UInt16, to server: SocketAddress) async throws
        -> DNSMessage.Answer
    {
        do {
            return try await datagram(question, id: id, to: server)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return .truncated
        }
    }

    private func datagram(_ question: ByteBuffer, id: UInt16, to server: SocketAddress) async throws
        -> DNSMessage.Answer
    {
        let local = try SocketAddress(ipAddress: server.protocol == .inet6 ? "::" : "0.0.0.0", port: 0)
        let promise = group.any().makePromise(of: DNSMessage.Answer.self)
        let channel: any Channel
        do {
            channel = try await DatagramBootstrap(group: group)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.largestDatagram))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            DatagramAnswerHandler(id: id, server: server, promise: promise))
                    }
                }
                .bind(to: local).get()
        } catch {
            promise.fail(error)
            throw error
        }
        return try await answer(promise, on: channel) {
            channel.writeAndFlush(AddressedEnvelope(remoteAddress: server, data: question), promise: nil)
        }
    }

    private func stream(_ question: ByteBuffer, id: UInt16, to server: SocketAddress) async throws
        -> DNSMessage.Answer
    {
        let promise = group.any().makePromise(of: DNSMessage.Answer.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: group).connectTimeout(Self.timeout)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(StreamAnswerHandler(id: id, promise: promise))
                    }
                }
                .connect(to: server).get()
        } catch {
            promise.fail(error)
            throw error
        }
        return try await answer(promise, on: channel) {
            var bytes = ByteBuffer(integer: UInt16(question.readableBytes))
            bytes.writeImmutableBuffer(question)
            channel.writeAndFlush(bytes, promise: nil)
        }
    }

    private func answer(
        _ promise: EventLoopPromise<DNSMessage.Answer>, on channel: any Channel, _ send: () -> Void
    ) async throws -> DNSMessage.Answer {
        let timer = channel.eventLoop.scheduleTask(in: Self.timeout) {
            promise.fail(ChannelError.connectTimeout(Self.timeout))
        }
        send()
        defer {
            timer.cancel()
            channel.close(promise: nil)
        }
        return try await promise.futureResult.get()
    }
}

/// Waits for the one datagram that answers; others are ignored, whoever sends them.
private final class DatagramAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let id: UInt16
    private let server: SocketAddress
    private let promise: EventLoopPromise<DNSMessage.Answer>

    init(id: UInt16, server: SocketAddress, promise: EventLoopPromise<DNSMessage.Answer>) {
        self.id = id
        self.server = server
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard envelope.remoteAddress == server else { return }
        // Anyone can send a datagram: what is no answer does not end the wait.
        guard let answer = try? DNSMessage.answer(envelope.data, id: id) else { return }
        promise.succeed(answer)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
}

/// The same over TCP, with the length in front.
private final class StreamAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let id: UInt16
    private let promise: EventLoopPromise<DNSMessage.Answer>
    private var bytes = ByteBuffer()

    init(id: UInt16, promise: EventLoopPromise<DNSMessage.Answer>) {
        self.id = id
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.writeImmutableBuffer(unwrapInboundIn(data))
        guard let length = bytes.getInteger(at: bytes.readerIndex, as: UInt16.self),
            let message = bytes.getSlice(at: bytes.readerIndex + 2, length: Int(length))
        else { return }
        do throws(DNSMessage.Malformed) {
            promise.succeed(try DNSMessage.answer(message, id: id))
        } catch {
            promise.fail(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
}
