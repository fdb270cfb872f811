import Hummingbird

/// Finds out who sends a request. Whether that is enough is decided by the route (``RouteTable``), or by
/// ``FallbackMiddleware`` where there is none.
struct AccessMiddleware: RouterMiddleware {
    let access: AccessControl

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.identity = await access.identify(request, context)
        return try await next(request, context)
    }
}
