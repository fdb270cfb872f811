import Foundation
import NIOCore
import NIOTLS

/// The end of a channel that knows its cluster.
final class LinkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let owner: ClusterHost
    private let link: LinkID
    private let address: BrokerAddress
    private let isEncrypted: Bool
    private var isOpen = false
    private var hasReceived = false
    private var error: ClientError?

    init(owner: ClusterHost, link: LinkID, address: BrokerAddress, isEncrypted: Bool) {
        self.owner = owner
        self.link = link
        self.address = address
        self.isEncrypted = isEncrypted
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        if !isEncrypted { open(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent { open(context) }
        context.fireUserInboundEventTriggered(event)
    }

    private func open(_ context: ChannelHandlerContext) {
        isOpen = true
        // The channel is handed over by the future of the connection attempt, which completes just after this.
        let (owner, link, channel) = (owner, link, context.channel)
        context.eventLoop.assumeIsolated().execute { owner.opened(link, channel) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasReceived = true
        owner.received(unwrapInboundIn(data), from: link)
    }

    func channelReadComplete(context: ChannelHandlerContext) { owner.settle() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset is an end like any other: when it came says more than how.
        let isReset = (error as? IOError)?.errnoCode == ECONNRESET
        if self.error == nil, !isReset { self.error = owner.dialer.explain(error, address) }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if error == nil, isEncrypted, !isOpen {
            error = ClientError(
                .tls, "the connection was closed within the TLS handshake: is it a TLS port?", context: "\(address)",
                isRetriable: true)
        }
        // In TLS 1.3 a broker looks at the client's certificate after the client's handshake is done, and its word about
        // it may be lost with the connection.
        if isEncrypted, isOpen, !hasReceived, error?.code ?? .transport == .transport {
            error = ClientError(
                .transport,
                "the broker closed the connection after the TLS handshake, before its first answer; perhaps it refuses the client's certificate, or asks for one",
                context: "\(address)")
        }
        owner.closed(link, context.channel, error)
    }
}
