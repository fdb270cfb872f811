import Tracing

/// Begins spans of one service and hands finished ones to the exporter.
///
/// A trace begins at ``start(_:_:parent:at:)`` alone. What libraries ask for through swift-distributed-tracing only goes
/// on with a trace that is there: none of them fills the collector with spans of its own accord.
public struct OrderTracer: Sendable {
    public let service: String
    public let sampler: Sampler
    let queue: SpanQueue

    public init(service: String, sampler: Sampler, queue: SpanQueue) {
        self.service = service
        self.sampler = sampler
        self.queue = queue
    }

    /// The same tracer for another service of this process.
    public func named(_ service: String) -> OrderTracer {
        OrderTracer(service: service, sampler: sampler, queue: queue)
    }

    /// Begins a span: of the parent's trace, or of a new one.
    ///
    /// - Returns: nil where the trace is not to be recorded.
    public func start(
        _ name: String, _ kind: SpanKind, parent: SpanContext?,
        at now: UInt64 = DefaultTracerClock.now.nanosecondsSinceEpoch
    ) -> OpenSpan? {
        var random = SystemRandomNumberGenerator()
        let traceID = parent?.traceID ?? .random(using: &random)
        guard sampler.samples(traceID, parent: parent) else { return nil }
        let context = SpanContext(
            traceID: traceID, spanID: .random(using: &random), isSampled: true, state: parent?.state ?? TraceState())
        return OpenSpan(
            FinishedSpan(
                service: service, context: context, parent: parent, name: name, kind: kind, start: now, end: now))
    }

    /// Hands spans over that are over.
    public func finish(_ spans: [FinishedSpan]) { queue.add(spans) }
}
