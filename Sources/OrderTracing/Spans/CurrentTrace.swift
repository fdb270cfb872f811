import Logging
import Tracing

/// The trace that a task works for: it travels in the task-local `ServiceContext` of swift-distributed-tracing.
public struct CurrentTrace: Sendable {
    public let context: SpanContext
    /// Who begins the spans that follow; nil: nobody here.
    public let tracer: OrderTracer?

    public init(_ context: SpanContext, tracer: OrderTracer?) {
        self.context = context
        self.tracer = tracer
    }

    /// The one of this task; nil: there is none.
    public static var current: CurrentTrace? { ServiceContext.current?[Key.self] }

    /// A span that goes on from here; nil where the trace is not recorded.
    public func start(_ name: String, _ kind: SpanKind) -> OpenSpan? { tracer?.start(name, kind, parent: context) }

    /// Makes a call to another system, as a span of its own where the trace is recorded.
    ///
    /// - Parameter body: gets the context that the call is to carry, and fills in the span, if there is one.
    public nonisolated(nonsending) func call<R>(
        _ name: String, _ attributes: [SpanAttributePair],
        _ body: nonisolated(nonsending) (_ context: SpanContext, _ span: inout OpenSpan?) async throws -> R
    ) async rethrows -> R {
        var span = start(name, .client)
        span?.set(attributes)
        defer { if let span { tracer?.finish([span.ended()]) } }
        do {
            return try await body(span?.context ?? context, &span)
        } catch {
            span?.fail("\(type(of: error))")
            throw error
        }
    }

    /// Runs `body` with this as the task's trace.
    public nonisolated(nonsending) func whileCurrent<R>(
        _ body: nonisolated(nonsending) () async throws -> R
    ) async rethrows -> R {
        var service = ServiceContext.current ?? .topLevel
        service[Key.self] = self
        return try await ServiceContext.$current.withValue(service) { try await body() }
    }

    /// For log lines: of which trace they are.
    public static let logMetadata = Logger.MetadataProvider {
        guard let context = current?.context else { return [:] }
        return ["trace_id": "\(context.traceID)", "span_id": "\(context.spanID)"]
    }

    enum Key: ServiceContextKey {
        typealias Value = CurrentTrace
        static let nameOverride: String? = "orders-trace"
    }
}
