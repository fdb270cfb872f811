import HTTPTypes
import Hummingbird

extension Problem {
    /// The problem as an answer.
    ///
    /// - Parameters:
    ///   - path: What was asked for; becomes `instance`.
    ///   - requestID: Where to look in the server's log; an extension member (RFC 9457, 3.2).
    func response(path: String, requestID: String) -> Response {
        var writer = JSONWriter(capacity: 512)
        writer.object { json in
            json.member("type", Self.typePrefix + slug)
            json.member("title", title)
            json.member("status", status.code)
            json.member("detail", detail)
            json.member("instance", String(path.prefix(512)))
            json.member("request_id", requestID)
            if !errors.isEmpty {
                json.array("errors", errors) { json, error in
                    json.object {
                        $0.member("field", error.field)
                        $0.member("detail", error.detail)
                    }
                }
            }
        }
        var headers = headers
        headers[.contentType] = Self.contentType
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: .init(byteBuffer: writer.buffer))
    }
}

extension Response {
    /// A JSON answer that nobody keeps: everything under `/api` changes by itself.
    static func json(
        _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], capacity: Int = 1024,
        _ body: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter(capacity: capacity)
        writer.object(body)
        return json(status, headers: headers, buffer: writer.buffer)
    }

    static func json(_ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], buffer: ByteBuffer) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: .init(byteBuffer: buffer))
    }
}
