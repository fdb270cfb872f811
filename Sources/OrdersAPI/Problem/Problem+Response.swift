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
        writer.problem(self, path: path, requestID: requestID)
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

extension JSONWriter {
    mutating func problem(_ problem: Problem, path: String, requestID: String) {
        object { json in
            json.member("type", Problem.typePrefix + problem.slug)
            json.member("title", problem.title)
            json.member("status", problem.status.code)
            json.member("detail", problem.detail)
            json.member("instance", String(path.prefix(512)))
            json.member("request_id", requestID)
            if !problem.errors.isEmpty {
                json.array("errors", problem.errors) { json, error in
                    json.object {
                        $0.member("field", error.field)
                        $0.member("detail", error.detail)
                    }
                }
            }
        }
    }
}
