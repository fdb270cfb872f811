import NIOCore
import NIOPosix
import NIOSSL
import TestSupport

@testable import BrokerCore
@testable import EmbeddedBroker
@testable import KafkaProtocol

/// A client that sends bytes as they are and gets frames back.
final class RawClient: Sendable {
    private let channel: any Channel
    private let frames: AsyncThrowingStream<ByteBuffer, any Error>

    struct TimedOut: Error {}

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private var received = ByteBuffer()
        private let continuation: AsyncThrowingStream<ByteBuffer, any Error>.Continuation

        init(_ continuation: AsyncThrowingStream<ByteBuffer, any Error>.Continuation) {
            self.continuation = continuation
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            received.writeBuffer(&bytes)
            while let length = received.getInteger(at: received.readerIndex, as: Int32.self),
                received.readableBytes >= 4 + Int(length)
            {
                received.moveReaderIndex(forwardBy: 4)
                if let frame = received.readSlice(length: Int(length)) { continuation.yield(frame) }
            }
        }

        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private init(channel: any Channel, frames: AsyncThrowingStream<ByteBuffer, any Error>) {
        self.channel = channel
        self.frames = frames
    }

    /// - Parameter authority: the file of the authority to trust, for a connection over TLS.
    static func connect(_ address: BoundAddress, authority: String? = nil) async throws -> RawClient {
        let tls = try authority.map { path in
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .file(path)
            return try NIOSSLContext(configuration: configuration)
        }
        let (frames, continuation) = AsyncThrowingStream.makeStream(of: ByteBuffer.self, throwing: (any Error).self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: nil))
                    }
                    try channel.pipeline.syncOperations.addHandler(Handler(continuation))
                }
            }
            .connect(host: address.host, port: address.port).get()
        return RawClient(channel: channel, frames: frames)
    }

    func send(_ bytes: ByteBuffer) async throws {
        try await channel.writeAndFlush(bytes)
    }

    /// The next frame, nil once the broker has closed the connection.
    func next(timeout: Duration = .seconds(10)) async throws -> ByteBuffer? {
        try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
            let frames = frames
            group.addTask {
                for try await frame in frames { return frame }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw TimedOut()
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Sends a request and takes the next frame for its response.
    func ask<Request: KafkaRequest>(
        _ request: Request, version: Int16? = nil, correlationID: Int32 = 1
    ) async throws -> Request.Response? {
        let version = version ?? Request.api.versions.upperBound
        let frame = WireFrame.request(request, version: version, correlationID: correlationID, clientID: "raw")
        try await send(WireFrame.joined(frame))
        guard let frame = try await next() else { return nil }
        let (answered, body) = try WireFrame.decodeResponse(Request.Response.self, from: frame, version: version)
        return answered == correlationID ? body : nil
    }

    func close() async throws {
        try await channel.close()
    }
}
