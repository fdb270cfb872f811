import BrokerAccess
import NIOCore

/// Looks at the first byte that comes to a TLS port, and lets only TLS through: what else comes is named in the log.
///
/// Who comes and goes without a byte, as port scanners and health checks do, is not worth a line.
final class GreetingCheck: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let note: (String?) -> Void
    private var isDone = false

    /// - Parameter note: takes the reason why a connection does not go on; nil: there is nothing to say of it.
    init(note: @escaping (String?) -> Void) { self.note = note }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return context.fireChannelRead(data) }
        let first = unwrapInboundIn(data).readableBytesView
        // One byte is enough to tell: all TLS records of a handshake begin with it.
        guard first.first == 0x16 else {
            isDone = true
            note(Greeting(first).problemAtTLSPort ?? "it does not speak TLS")
            return context.close(promise: nil)
        }
        isDone = true
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isDone {
            isDone = true
            note(nil)
        }
        context.fireChannelInactive()
    }
}
