import HTTPTypes
import Hummingbird
import OrderTracing

/// Goes on with the trace that a request belongs to, as W3C trace context has it, or begins one where an order is
/// placed. Nothing else begins a trace: a dashboard that asks every second would bury the orders.
struct TracingMiddleware: RouterMiddleware {
    let tracer: OrderTracer

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let parent = Self.parent(of: request.headers)
        guard parent != nil || Self.placesOrders(request) else { return try await next(request, context) }
        var span = tracer.start(request.method.rawValue, .server, parent: parent)
        guard let current = span?.context ?? parent else { return try await next(request, context) }
        span?.set("http.request.method", .text(request.method.rawValue))
        defer { if let span { tracer.finish([span.ended()]) } }
        do {
            let response = try await CurrentTrace(current, tracer: tracer).whileCurrent {
                try await next(request, context)
            }
            note(response.status, context, in: &span)
            return response
        } catch {
            span?.fail("\(type(of: error))")
            throw error
        }
    }

    private func note(_ status: HTTPResponse.Status, _ context: APIContext, in span: inout OpenSpan?) {
        span?.set("http.response.status_code", .integer(Int64(status.code)))
        // Other than the path, the route names no order.
        if let route = context.endpointPath {
            span?.set("http.route", .text(route))
            span?.name += " \(route)"
        }
        if status.code >= 500 { span?.fail("\(status.code)") }
    }

    /// Whether it is a request that a trace may begin with.
    private static func placesOrders(_ request: Request) -> Bool {
        request.method == .post && request.uri.path == "/api/orders"
    }

    /// The trace that the request belongs to. One that names two, belongs to none.
    static func parent(of headers: HTTPFields) -> SpanContext? {
        let parents = headers[values: .traceparent]
        guard parents.count == 1 else { return nil }
        return SpanContext(traceparent: parents[0], tracestate: headers[values: .tracestate])
    }
}
