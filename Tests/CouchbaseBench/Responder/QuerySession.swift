import Foundation
import NIOCore
import NIOHTTP1

/// The Query service of the responder: it answers `SELECT RAW 1`, by which a store sees that the service is there, and
/// refuses everything else.
final class QuerySession: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let plan = "select-raw-1"
    private var body = ByteBuffer()

    private struct Query: Decodable {
        let statement: String?
        let prepared: String?
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: body.clear()
        case .body(let part): body.writeImmutableBuffer(part)
        case .end: answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        // Not JSON: refused as well.
        let query = try? JSONDecoder().decode(Query.self, from: Data(body.readableBytesView))
        let isKnown = query?.prepared == Self.plan || query?.statement?.hasSuffix("SELECT RAW 1") == true
        let text =
            isKnown
            ? #"{"requestID":"1","prepared":"\#(Self.plan)","results":[1],"status":"success"}"#
            : #"{"requestID":"1","errors":[{"code":3000,"msg":"this node knows SELECT RAW 1 only"}],"status":"fatal"}"#
        let bytes = ByteBuffer(string: text)
        var head = HTTPResponseHead(version: .http1_1, status: isKnown ? .ok : .badRequest)
        head.headers.add(name: "Content-Type", value: "application/json")
        head.headers.add(name: "Content-Length", value: "\(bytes.readableBytes)")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
