import HTTPTypes
import Hummingbird

/// Answers what no route answers: `OPTIONS`, 405 where the path takes other methods, 404 under `/api`, else the
/// dashboard's files.
///
/// Runs innermost, so that an error of the router itself ("no such route") is distinguished from one of a handler.
struct FallbackMiddleware: RouterMiddleware {
    let table: RouteTable
    let site: StaticSite
    let access: AccessControl

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound && context.endpointPath == "NotFound" {
            return try await fallback(request, context)
        }
    }

    private func fallback(_ request: Request, _ context: APIContext) async throws -> Response {
        let path = request.uri.path
        let methods = table.methods(ofPath: path)
        // Strangers do not learn what there is; the dashboard's files, which are public, are needed to sign in.
        if !methods.isEmpty || path == "/api" || path.hasPrefix("/api/") {
            _ = try access.admit(.anyCaller, context.identity)
        }
        guard methods.isEmpty else {
            if request.method == .options { return Self.options(methods) }
            throw Problem.methodNotAllowed(request.method.rawValue, path: path, allowed: methods)
        }
        guard path != "/api", !path.hasPrefix("/api/") else {
            throw Problem.notFound("There is nothing at \(path.prefix(200))")
        }
        context.coreContext.endpointPath.value = "dashboard"
        guard request.method == .get || request.method == .head else {
            guard await site.has(request) else { throw Problem.notFound("There is nothing at \(path.prefix(200))") }
            if request.method == .options { return Self.options(["GET", "HEAD"]) }
            throw Problem.methodNotAllowed(request.method.rawValue, path: path, allowed: ["GET", "HEAD"])
        }
        return try await site.response(to: request)
    }

    private static func options(_ methods: [String]) -> Response {
        Response(status: .noContent, headers: [.allow: (methods + ["OPTIONS"]).sorted().joined(separator: ", ")])
    }
}
