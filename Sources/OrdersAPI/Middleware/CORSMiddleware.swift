import HTTPTypes
import Hummingbird

/// Lets pages of the allowed origins read answers. They send a key or token of their own: no cookies are taken from
/// them.
struct CORSMiddleware: RouterMiddleware {
    let origins: OriginPolicy

    private static let exposed =
        "ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
    private static let requestHeaders =
        "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, X-API-Key, X-Request-Id"

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard !origins.allowedOrigins.isEmpty else { return try await next(request, context) }
        guard let origin = request.headers[.origin], origins.allowedOrigins.contains(origin.lowercased()) else {
            return Self.varying(try await next(request, context))
        }
        // Asked before the request itself, without credentials.
        if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
            return Self.varying(
                Response(
                    status: .noContent,
                    headers: [
                        .accessControlAllowOrigin: origin,
                        .accessControlAllowMethods: "GET, HEAD, POST, PUT, PATCH, DELETE",
                        .accessControlAllowHeaders: Self.requestHeaders, .accessControlMaxAge: "600",
                    ]))
        }
        var response = Self.varying(try await next(request, context))
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = Self.exposed
        return response
    }

    /// A cache must not give one origin's answer to another.
    private static func varying(_ response: Response) -> Response {
        var response = response
        response.headers[.vary] = response.headers[.vary].map { $0 + ", Origin" } ?? "Origin"
        return response
    }
}
