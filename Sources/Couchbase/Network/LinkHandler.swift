import NIOCore
import NIOSSL
import NIOTLS

/// The end of a channel that knows its client.
final class LinkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let owner: BucketLoop
    private let link: BucketClient.LinkID
    private let endpoint: Endpoint
    private let isEncrypted: Bool
    private var error: CouchbaseError?
    private var isOpen = false

    init(owner: BucketLoop, link: BucketClient.LinkID, endpoint: Endpoint, isEncrypted: Bool) {
        self.owner = owner
        self.link = link
        self.endpoint = endpoint
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

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { owner.received(unwrapInboundIn(data), from: link) }

    func channelReadComplete(context: ChannelHandlerContext) { owner.settle() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        owner.writabilityChanged(link, isWritable: context.channel.isWritable)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that goes without TLS's good-bye has gone all the same.
        if self.error == nil { self.error = owner.dialer.explain(error, endpoint) }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if error == nil, isEncrypted, !isOpen {
            error = CouchbaseError(
                .connectionFailure, "\(endpoint) closed the connection within the TLS handshake: is it a TLS port?")
        }
        owner.closed(link, context.channel, error: error)
    }
}
