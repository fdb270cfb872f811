import HTTPTypes
import Hummingbird

/// Answers what no route answers: 405 where the path takes other methods, 404 under `/api`, else the dashboard's files.
///
/// Runs innermost, so that an error of the router itself ("no such route") is told from one of a handler.
struct FallbackMiddleware: RouterMiddleware {
    let table: RouteTable
    let site: StaticSite

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
        guard methods.isEmpty else {
            throw Problem.methodNotAllowed(request.method.rawValue, path: path, allowed: methods)
        }
        guard path != "/api", !path.hasPrefix("/api/") else {
            throw Problem.notFound("There is nothing at \(path.prefix(200))")
        }
        guard request.method == .get || request.method == .head else {
            throw Problem.methodNotAllowed(request.method.rawValue, path: path, allowed: ["GET", "HEAD"])
        }
        context.coreContext.endpointPath.value = "dashboard"
        return try await site.response(to: request)
    }
}
