import HTTPTypes
import Hummingbird
import Logging

/// Gives every request its id, measures it, and writes the access log (level debug).
///
/// A duration is measured until the answer's head is ready: an event stream counts with the moment it begins.
struct ObservationMiddleware: RouterMiddleware {
    let metrics: RequestMetrics

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let given = request.headers[.requestID], Self.isUsable(given) { context.requestID = given }
        context.logger[metadataKey: "request_id"] = "\(context.requestID)"
        let clock = ContinuousClock()
        let started = clock.now
        metrics.begin()
        defer { metrics.end() }
        var response = try await next(request, context)
        let duration = clock.now - started
        response.headers[.requestID] = context.requestID
        let route = context.endpointPath ?? "none"
        metrics.record(method: request.method, route: route, status: response.status, duration: duration)
        context.logger.debug(
            "request",
            metadata: [
                "method": "\(request.method)", "path": "\(request.uri.path)", "route": "\(route)",
                "status": "\(response.status.code)", "duration_us": "\(duration / .microseconds(1))",
            ])
        return response
    }

    /// A client's own id is taken if it cannot forge a log line or a header.
    static func isUsable(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A)
                    || byte == 0x2D || byte == 0x2E || byte == 0x5F
            }
    }
}
