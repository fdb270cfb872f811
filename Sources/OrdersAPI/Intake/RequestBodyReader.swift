import ByteCompression
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads the whole of a request's body, within bounds of size and time, and unpacks it.
enum RequestBodyReader {
    /// How long a client may take for a body of a few hundred bytes; then its connection is closed, as one that is idle
    /// would be.
    static let patience: TimeAmount = .seconds(20)

    static func body(
        of request: Request, on channel: any Channel, upTo maximum: Int, patience: TimeAmount = patience
    ) async throws -> ByteBuffer {
        let isPacked = try isGzip(request.headers[values: .contentEncoding])
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > maximum {
            throw Problem.contentTooLarge(maximumBytes: maximum)
        }
        let deadline = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        defer { deadline.cancel() }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: maximum)
        } catch is NIOTooManyBytesError {
            throw Problem.contentTooLarge(maximumBytes: maximum)
        }
        return isPacked ? try unpacked(body, upTo: maximum) : body
    }

    /// The bound holds for what comes out, so that a small body cannot become a large one.
    private static func unpacked(_ body: ByteBuffer, upTo maximum: Int) throws -> ByteBuffer {
        do {
            return try Gzip.decompress(body, limit: maximum)
        } catch {
            if error.code == .tooLarge { throw Problem.contentTooLarge(maximumBytes: maximum) }
            throw Problem.badRequest("The body cannot be unpacked: \(error)")
        }
    }

    private static func isGzip(_ codings: [String]) throws(Problem) -> Bool {
        let names = codings.flatMap { $0.split(separator: ",") }.map {
            $0.filter { $0 != " " && $0 != "\t" }.lowercased()
        }.filter { $0 != "identity" }
        if names.isEmpty { return false }
        guard names == ["gzip"] || names == ["x-gzip"] else {
            throw Problem(
                slug: "unsupported-content-encoding", title: "Unsupported media type", status: .unsupportedMediaType,
                detail:
                    "Content-Encoding \"\(codings.joined(separator: ", ").prefix(80))\" is not supported; send gzip or none",
                headers: [.acceptEncoding: "gzip, identity"])
        }
        return true
    }
}
