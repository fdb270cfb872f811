import HTTPTypes
import Hummingbird

/// Refuses what a browser could be made to send by a page of another site: a foreign `Host`, a cross-origin change.
struct GuardMiddleware: RouterMiddleware {
    let hosts: HostPolicy
    let origins: OriginPolicy

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let authority = try Self.authority(of: request)
        guard hosts.allows(authority: authority) else {
            guard request.headers[.absoluteAuthority] == nil else {
                throw Problem.badRequest(
                    "The request's address names another server, \"\(authority.prefix(80))\": this is no proxy")
            }
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

    /// Which server the request is for: what its line says if that is a whole address, else `Host` (RFC 9112, 3.2).
    private static func authority(of request: Request) throws(Problem) -> String {
        // The first one became the authority.
        guard request.headers[.host] == nil else { throw .badRequest("The request has more than one Host header") }
        guard let host = request.head.authority, !host.isEmpty else {
            throw .badRequest("The request has no Host header")
        }
        return request.headers[.absoluteAuthority] ?? host
    }
}
