import ByteCompression
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// Compresses JSON and text for clients that take gzip. Event streams, and files that carry their own coding, go as
/// they are.
struct CompressionMiddleware: RouterMiddleware {
    /// Below this a packed answer is hardly smaller.
    static let minimumBytes = 1_024
    /// Above this the work leaves the pool that serves requests.
    private static let quickBytes = 65_536

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard Self.isCompressible(response) else { return response }
        response.headers[.vary] = response.headers[.vary].map { $0 + ", Accept-Encoding" } ?? "Accept-Encoding"
        guard request.method != .head, let length = response.body.contentLength, length >= Self.minimumBytes,
            StaticSite.acceptsGzip(request.headers[.acceptEncoding])
        else { return response }
        let plain = try await CollectedBody.bytes(of: response.body)
        let packed =
            length > Self.quickBytes
            ? try await NIOThreadPool.singleton.runIfActive { try Self.gzip(plain) } : try Self.gzip(plain)
        response.headers[.contentEncoding] = "gzip"
        response.body = ResponseBody(byteBuffer: packed)
        return response
    }

    private static func gzip(_ buffer: ByteBuffer) throws -> ByteBuffer {
        // Level 3: two thirds of the effort saved for a few per cent of the size.
        try Gzip.compress(buffer, level: 3)
    }

    /// Whether the answer is one that shrinks and has no coding of its own.
    private static func isCompressible(_ response: Response) -> Bool {
        guard response.headers[.contentEncoding] == nil, response.headers[.vary] == nil,
            let type = response.headers[.contentType]
        else { return false }
        return type.hasPrefix("application/json") || type.hasPrefix(Problem.contentType) || type.hasPrefix("text/plain")
    }
}
