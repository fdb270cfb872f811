import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// The answer with an `ETag`, or 304 without one where the client has it already (RFC 9110, 13.1.2).
    ///
    /// The tag is weak: the same content may be sent compressed or not.
    func tagged(for request: Request, _ tag: String) -> Response {
        var response = self
        let etag = "W/\"\(tag)\""
        response.headers[.eTag] = etag
        let known: [String] = request.headers[values: .ifNoneMatch].flatMap { value in
            value.split(separator: ",").map { $0.filter { $0 != " " } }
        }
        guard status == .ok, known.contains(where: { $0 == "*" || Self.opaque($0) == Self.opaque(etag) }) else {
            return response
        }
        response.headers[.contentType] = nil
        response.headers[.contentLength] = nil
        return Response(status: .notModified, headers: response.headers)
    }

    /// Without the mark of a weak one, which a comparison for `If-None-Match` disregards.
    private static func opaque(_ tag: String) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...] }
}
