import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// What HTTP/1 says beside the request itself, and what the layers above do not see: the protocol's version, whether
/// the connection ends after an answer, an absolute address in the request line, `Expect: 100-continue`.
///
/// It stands before the codec that makes version-free requests. Requests may be pipelined: what is known of each waits
/// in order for its answer.
final class RequestHeadHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What the answer to a request must look like.
    private struct Pending {
        var version: HTTPVersion
        var closes: Bool
        var keepsAliveExplicitly: Bool
    }

    private var pending: CircularBuffer<Pending> = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        let isFirst = pending.isEmpty
        let closes = !head.isKeepAlive
        pending.append(
            Pending(version: head.version, closes: closes, keepsAliveExplicitly: head.version == .http1_0 && !closes))
        // In the one spelling that the server knows.
        if closes { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        RequestTarget.normalize(&head)
        if isFirst, head.version == .http1_1, RequestHeadHandler.expectsContinue(head.headers) {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))), promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where !(100..<200).contains(head.status.code):
            if let request = pending.first {
                head.version = request.version
                if request.closes { head.headers.replaceOrAdd(name: "Connection", value: "close") }
                if request.keepsAliveExplicitly { head.headers.replaceOrAdd(name: "Connection", value: "keep-alive") }
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end(let trailers):
            let request = pending.popFirst()
            // HTTP/1.0 knows no trailers.
            context.write(wrapOutboundOut(.end(request?.version == .http1_0 ? nil : trailers)), promise: promise)
        case .head, .body: context.write(data, promise: promise)
        }
    }

    /// Whether the client waits for leave to send its body. One that is too large is refused at once instead.
    private static func expectsContinue(_ headers: HTTPHeaders) -> Bool {
        guard headers.first(name: "Expect")?.lowercased() == "100-continue" else { return false }
        return headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0 <= OrderBatch.maximumBodyBytes
    }
}

/// The request line's address (RFC 9112, 3.2).
enum RequestTarget {
    /// Set where the address was an absolute one: its authority. Nobody else may set it.
    static let absoluteAuthority = "X-Orders-Absolute-Authority"

    /// Turns an absolute address into the path that it names, with its authority kept for the check of hosts.
    static func normalize(_ head: inout HTTPRequestHead) {
        head.headers.remove(name: absoluteAuthority)
        guard let rest = afterScheme(head.uri) else { return }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        head.headers.add(name: absoluteAuthority, value: String(rest[..<end]))
        let path = String(rest[end...])
        head.uri = path.hasPrefix("/") ? path : "/" + path
    }

    /// What stands behind `http://`; nil for an address that is a path.
    private static func afterScheme(_ uri: String) -> Substring? {
        guard uri.first != "/", let colon = uri.firstRange(of: "://") else { return nil }
        let scheme = uri[..<colon.lowerBound].lowercased()
        return scheme == "http" || scheme == "https" ? uri[colon.upperBound...] : nil
    }
}

/// Puts a ``RequestHeadHandler`` before the codec of a connection. The server takes handlers only for what stands
/// behind it.
final class RequestHeadInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    func handlerAdded(context: ChannelHandlerContext) {
        do {
            let pipeline = context.pipeline.syncOperations
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            try pipeline.addHandler(RequestHeadHandler(), position: .before(codec))
        } catch {
            // Without it requests would be read wrongly.
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }
}
