import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport

/// A forwarder before a broker that cuts connections and loses answers, by a seed.
///
/// What is lost is lost with its connection, as TCP does it: before the broker got it, or after it did what was asked.
/// A connection may also go silent, so that only the client's own timeout ends it.
final class UnreliableNetwork: Sendable {
    fileprivate enum Fate { case passes, isCut, isSilent }

    private struct State {
        var generator: SeededGenerator
        var target = 0
        /// Pieces that still come through, of all connections together; nil for all.
        var piecesUntilFault: Int? = 20
        var faultCount = 0
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// What clients have sent, by connection.
        var sent: [ObjectIdentifier: ByteBuffer] = [:]
    }

    private let state: NIOLockedValueBox<State>
    private let server: any Channel
    let port: Int

    init(seed: UInt64) async throws {
        let state = NIOLockedValueBox(State(generator: SeededGenerator(seed: seed)))
        self.state = state
        server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                ClientBootstrap(group: channel.eventLoop)
                    .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .connect(host: "127.0.0.1", port: state.withLockedValue(\.target))
                    .flatMapThrowing { broker in
                        Self.keep(channel, state)
                        try broker.pipeline.syncOperations.addHandler(
                            Forwarder(to: channel) { _ in Self.fate(state) })
                        let id = ObjectIdentifier(channel)
                        try channel.pipeline.syncOperations.addHandler(
                            Forwarder(to: broker) { bytes in
                                state.withLockedValue {
                                    _ = $0.sent[id, default: ByteBuffer()].writeImmutableBuffer(bytes)
                                }
                                return Self.fate(state)
                            })
                        _ = channel.setOption(.autoRead, value: true)
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = server.localAddress?.port ?? 0
    }

    func lead(to port: Int) { state.withLockedValue { $0.target = port } }

    var faultCount: Int { state.withLockedValue(\.faultCount) }

    /// The requests that clients have sent, each with its length prefix.
    var requests: [ByteBuffer] {
        state.withLockedValue(\.sent).values.flatMap { stream in
            var (stream, frames): (ByteBuffer, [ByteBuffer]) = (stream, [])
            while let length: Int32 = stream.getInteger(at: stream.readerIndex),
                let frame = stream.readSlice(length: Int(length) + 4)
            {
                frames.append(frame)
            }
            return frames
        }
    }

    /// From here on everything comes through, on new connections.
    func heal() {
        let channels = state.withLockedValue { state in
            state.piecesUntilFault = nil
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }

    func close() async {
        heal()
        // It is closed either way.
        try? await server.close()
    }

    private static func keep(_ channel: any Channel, _ state: NIOLockedValueBox<State>) {
        let id = ObjectIdentifier(channel)
        state.withLockedValue { $0.channels[id] = channel }
        channel.closeFuture.whenComplete { _ in state.withLockedValue { $0.channels[id] = nil } }
    }

    /// What becomes of a piece that has come: a request or more of them, or answers.
    private static func fate(_ state: NIOLockedValueBox<State>) -> Fate {
        state.withLockedValue { state in
            guard let left = state.piecesUntilFault else { return .passes }
            state.piecesUntilFault = left - 1
            guard left <= 0 else { return .passes }
            state.faultCount += 1
            state.piecesUntilFault = Int.random(in: 1...60, using: &state.generator)
            return Int.random(in: 0..<10, using: &state.generator) == 0 ? .isSilent : .isCut
        }
    }
}

/// One direction of a connection.
private final class Forwarder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let fate: (ByteBuffer) -> UnreliableNetwork.Fate
    private var isSilent = false

    init(to other: any Channel, fate: @escaping (ByteBuffer) -> UnreliableNetwork.Fate) {
        self.other = other
        self.fate = fate
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isSilent else { return }
        let bytes = unwrapInboundIn(data)
        switch fate(bytes) {
        case .passes: other.writeAndFlush(bytes, promise: nil)
        case .isCut: context.close(promise: nil)
        case .isSilent: isSilent = true
        }
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
