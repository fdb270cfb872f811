import NIOCore
import NIOPosix
import Testing

@testable import Couchbase

@Suite("Service records")
struct DNSTests {
    private static let name = "_couchbases._tcp.cb.example.com"

    /// Two records; their targets end with a jump into the question.
    private static func answer(to question: ByteBuffer) -> ByteBuffer {
        var message = question
        message.setMultipleIntegers(UInt16(0x8180), UInt16(1), UInt16(2), at: message.readerIndex + 2)
        for node in 1...2 {
            // The name of the question, at byte 12.
            message.writeMultipleIntegers(UInt16(0xc00c), UInt16(33), UInt16(1), UInt32(60))
            var data = ByteBuffer()
            data.writeMultipleIntegers(UInt16(0), UInt16(0), UInt16(11_207), UInt8(5))
            data.writeString("node\(node)")
            // `cb.example.com`, behind `_couchbases._tcp.`
            data.writeInteger(UInt16(0xc000 + 12 + 17))
            message.writeInteger(UInt16(data.readableBytes))
            message.writeBuffer(&data)
        }
        return message
    }

    private static let endpoints = [
        Endpoint(host: "node1.cb.example.com", port: 11_207), Endpoint(host: "node2.cb.example.com", port: 11_207),
    ]

    @Test("Records with compressed names are read")
    func records() throws {
        let question = try #require(DNSMessage.question(Self.name, id: 7))
        #expect(try DNSMessage.answer(Self.answer(to: question), id: 7) == .services(Self.endpoints))
        #expect(throws: DNSMessage.Malformed.self) { try DNSMessage.answer(Self.answer(to: question), id: 8) }
    }

    @Test("A name that does not exist has no records; an answer that did not fit says so")
    func others() throws {
        var message = try #require(DNSMessage.question(Self.name, id: 7))
        message.setInteger(UInt16(0x8183), at: 2)
        #expect(try DNSMessage.answer(message, id: 7) == .none)
        message.setInteger(UInt16(0x8380), at: 2)
        #expect(try DNSMessage.answer(message, id: 7) == .truncated)
    }

    @Test("Bytes that are cut or jump in circles end the reading")
    func damaged() throws {
        let question = try #require(DNSMessage.question(Self.name, id: 7))
        let whole = Self.answer(to: question)
        for length in 0..<whole.readableBytes {
            let cut = try #require(whole.getSlice(at: 0, length: length))
            #expect(throws: DNSMessage.Malformed.self) { try DNSMessage.answer(cut, id: 7) }
        }
        var circle = question
        circle.setInteger(UInt16(0x8180), at: 2)
        circle.setInteger(UInt16(0xc00c), at: 12)
        #expect(throws: DNSMessage.Malformed.self) { try DNSMessage.answer(circle, id: 7) }
    }

    @Test("The resolver asks a name server, and a server that is not there has no records")
    func resolver() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NameServer())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let address = try #require(server.localAddress)
        let resolver = DNSResolver(servers: [address], group: group)
        #expect(await resolver.services(Self.name) == Self.endpoints)
        try await server.close()
        #expect(await resolver.services(Self.name).isEmpty)
    }

    @Test(
        "CXXCBC-318, CXXCBC-633: over TCP it asks for what did not fit a datagram, or was not answered by one",
        arguments: [NameServer.Answers.truncated, .never])
    func overTCP(datagrams: NameServer.Answers) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let (udp, tcp) = try await Self.nameServers(datagrams: datagrams)
        let resolver = DNSResolver(servers: [try #require(udp.localAddress)], group: group)
        #expect(await resolver.services(Self.name) == Self.endpoints)
        try await udp.close()
        try await tcp.close()
    }

    /// One of each kind, at one port.
    private static func nameServers(datagrams: NameServer.Answers) async throws -> (any Channel, any Channel) {
        let group = MultiThreadedEventLoopGroup.singleton
        for attempt in 1... {
            let udp = try await DatagramBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(NameServer(datagrams))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            do {
                let tcp = try await ServerBootstrap(group: group)
                    .childChannelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(StreamNameServer())
                        }
                    }
                    .bind(host: "127.0.0.1", port: udp.localAddress?.port ?? 0).get()
                return (udp, tcp)
            } catch {
                // Somebody has the same number for TCP.
                try await udp.close()
                if attempt == 10 { throw error }
            }
        }
        preconditionFailure("the loop ends by itself")
    }

    @Test("The file of name servers is read; what is no address is skipped")
    func file() {
        let servers = DNSResolver.servers(in: "# x\nnameserver 10.0.0.1\nsearch a.b\nnameserver ::1\nnameserver nope\n")
        #expect(servers.map(\.ipAddress) == ["10.0.0.1", "::1"])
    }

    final class NameServer: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>

        enum Answers: Sendable { case always, truncated, never }

        private let answers: Answers

        init(_ answers: Answers = .always) { self.answers = answers }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            var message = envelope.data
            switch answers {
            case .always: message = DNSTests.answer(to: envelope.data)
            case .truncated: message.setInteger(UInt16(0x8380), at: message.readerIndex + 2)
            case .never: return
            }
            let answer = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: message)
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }
    }

    /// The same over TCP: the length in front, the answer in two pieces.
    private final class StreamNameServer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private var bytes = ByteBuffer()

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes.writeImmutableBuffer(unwrapInboundIn(data))
            guard let length = bytes.getInteger(at: bytes.readerIndex, as: UInt16.self),
                let question = bytes.getSlice(at: bytes.readerIndex + 2, length: Int(length))
            else { return }
            let message = DNSTests.answer(to: question)
            var answer = ByteBuffer(integer: UInt16(message.readableBytes))
            answer.writeImmutableBuffer(message)
            let head = answer.readSlice(length: 20) ?? ByteBuffer()
            context.writeAndFlush(wrapOutboundOut(head), promise: nil)
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }
    }
}
