import Foundation
import NIOCore
import SCRAM

/// One connection to the responder: what it negotiates, and its answers, which keep the order of the requests.
final class KVSession: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Mutation tokens, attributes, extended errors, buckets, JSON, unordered, alternative requests, durability,
    /// collections, the known version of a configuration.
    private static let features: Set<UInt16> = [0x04, 0x06, 0x07, 0x08, 0x0b, 0x0e, 0x10, 0x11, 0x12, 0x1d]
    private static let mechanisms = ["SCRAM-SHA512": SCRAMHash.sha512, "SCRAM-SHA256": .sha256, "SCRAM-SHA1": .sha1]

    private let responder: Responder
    private var received = ByteBuffer()
    private var output = ByteBuffer()
    private var exchange: SCRAMServer?
    private var hasBucket = false

    init(_ responder: Responder) { self.responder = responder }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if received.readableBytes == 0 {
            received = bytes
        } else {
            received.discardReadBytes()
            received.writeImmutableBuffer(bytes)
        }
        do {
            while let request = try KVRequest.next(in: &received) {
                guard let response = responder.answer(request, on: context.channel) ?? control(request) else {
                    continue
                }
                response.write(request, into: &output)
            }
        } catch {
            context.close(promise: nil)
        }
    }

    /// Everything that came together is answered together, after the node's time.
    func channelReadComplete(context: ChannelHandlerContext) {
        guard output.readableBytes > 0 else { return }
        let bytes = output
        output = ByteBuffer()
        guard responder.delay > .zero else { return context.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
        let channel = context.channel
        context.eventLoop.scheduleTask(in: responder.delay) {
            channel.writeAndFlush(bytes, promise: nil)
        }
    }

    /// What every connection begins with; nil for an operation whose answer is held back.
    private func control(_ request: KVRequest) -> KVResponse? {
        switch request.opcode {
        case KVOpcode.hello: return hello(request)
        case KVOpcode.errorMap:
            return KVResponse(dataType: 1, value: ByteBuffer(string: #"{"version":2,"revision":1,"errors":{}}"#))
        case KVOpcode.saslMechanisms:
            return KVResponse(value: ByteBuffer(string: Self.mechanisms.keys.sorted().joined(separator: " ")))
        case KVOpcode.saslAuth: return authenticate(request)
        case KVOpcode.saslStep: return finish(request)
        case KVOpcode.selectBucket:
            hasBucket = String(buffer: request.key) == Responder.bucket
            return KVResponse(status: hasBucket ? KVStatus.success : KVStatus.noAccess)
        case KVOpcode.clusterConfig:
            // There is one configuration only.
            if request.extras.readableBytes == 16, hasBucket { return KVResponse() }
            return KVResponse(dataType: 1, value: responder.config(ofBucket: hasBucket))
        case KVOpcode.noop: return KVResponse()
        case KVOpcode.get, KVOpcode.set, KVOpcode.add, KVOpcode.replace, KVOpcode.delete, KVOpcode.lookupIn,
            KVOpcode.mutateIn:
            return nil
        default: return KVResponse(status: KVStatus.unknownCommand)
        }
    }

    private func hello(_ request: KVRequest) -> KVResponse {
        var asked = request.value
        var granted = ByteBuffer()
        while let feature = asked.readInteger(as: UInt16.self) {
            if Self.features.contains(feature) { granted.writeInteger(feature) }
        }
        return KVResponse(value: granted)
    }

    private func authenticate(_ request: KVRequest) -> KVResponse {
        guard let hash = Self.mechanisms[String(buffer: request.key)],
            let verifier = responder.verifiers[hash],
            var exchange = try? SCRAMServer(first: String(buffer: request.value), nonce: SCRAMNonce.random()),
            exchange.username == Responder.user
        else { return KVResponse(status: KVStatus.authError) }
        let challenge = exchange.challenge(with: verifier)
        self.exchange = exchange
        return KVResponse(status: KVStatus.authContinue, value: ByteBuffer(string: challenge))
    }

    private func finish(_ request: KVRequest) -> KVResponse {
        guard let exchange, let final = try? exchange.finalMessage(answering: String(buffer: request.value)) else {
            return KVResponse(status: KVStatus.authError)
        }
        return KVResponse(value: ByteBuffer(string: final))
    }
}
