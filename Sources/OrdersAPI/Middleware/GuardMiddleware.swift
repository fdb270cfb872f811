import HTTPTypes
import Hummingbird

/// Refuses what a browser could be made to send by a page of another site: a foreign `Host`, a cross-origin change.
struct GuardMiddleware: RouterMiddleware {
    let hosts: HostPolicy
    let origins: OriginPolicy

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let authority = request.head.authority, !authority.isEmpty else {
            throw Problem.badRequest("The request has no Host header")
        }
        guard hosts.allows(authority: authority) else {
            throw Problem(
                slug: "unknown-host", title: "Misdirected request", status: .misdirectedRequest,
                detail: "This server does not answer to the host \"\(authority.prefix(80))\"")
        }
        if request.method != .get, request.method != .head {
            let allowed = origins.allows(
                origin: request.headers[.origin], fetchSite: request.headers[.secFetchSite], authority: authority)
            guard allowed else {
                throw Problem(
                    slug: "cross-origin", title: "Forbidden", status: .forbidden,
                    detail: "A page of another origin may not send this request")
            }
        }
        return try await next(request, context)
    }
}
