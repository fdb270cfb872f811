import Synchronization
import Tracing

// What libraries see of the tracer, through swift-distributed-tracing.
extension OrderTracer: Tracer {
    /// A span of the context's trace. Without one there is a span that is recorded nowhere: only the platform begins
    /// traces.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> LibrarySpan {
        let context = context()
        guard let trace = context[CurrentTrace.Key.self] else {
            return LibrarySpan(nil, named: operationName, in: context, tracer: self)
        }
        let span = start(operationName, kind, parent: trace.context, at: instant().nanosecondsSinceEpoch)
        return LibrarySpan(span, named: operationName, in: context, tracer: self)
    }

    /// Spans are exported by the process's exporter, which flushes when it stops.
    public func forceFlush() {}

    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let parent = extractor.extract(key: SpanContext.Header.parent, from: carrier),
            let found = SpanContext(
                traceparent: parent,
                tracestate: extractor.extract(key: SpanContext.Header.state, from: carrier).map { [$0] } ?? [])
        else { return }
        context[CurrentTrace.Key.self] = CurrentTrace(found, tracer: self)
    }

    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context[CurrentTrace.Key.self]?.context else { return }
        injector.inject(trace.traceparent, forKey: SpanContext.Header.parent, into: &carrier)
        if !trace.state.isEmpty {
            injector.inject("\(trace.state)", forKey: SpanContext.Header.state, into: &carrier)
        }
    }
}

/// A span that a library began.
public final class LibrarySpan: Tracing.Span {
    private struct State {
        var span: OpenSpan?
        var name: String
        var attributes: SpanAttributes = [:]
    }

    public let context: ServiceContext
    private let tracer: OrderTracer
    private let state: Mutex<State>

    init(_ span: OpenSpan?, named name: String, in context: ServiceContext, tracer: OrderTracer) {
        var context = context
        if let span { context[CurrentTrace.Key.self] = CurrentTrace(span.context, tracer: tracer) }
        self.context = context
        self.tracer = tracer
        state = Mutex(State(span: span, name: name))
    }

    public var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    public var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    /// Whether it will be exported.
    public var isRecording: Bool { state.withLock { $0.span != nil } }

    public func setStatus(_ status: SpanStatus) {
        guard status.code == .error else { return }
        state.withLock { $0.span?.fail("error") }
    }

    /// Nothing: what a library writes there is not known here, and may tell of a person.
    public func addEvent(_ event: SpanEvent) {}

    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        // Its type alone: the text may tell of a person.
        state.withLock { $0.span?.fail("\(type(of: error))") }
    }

    public func addLink(_ link: SpanLink) {
        guard let context = link.context[CurrentTrace.Key.self]?.context else { return }
        state.withLock { $0.span?.link(to: context) }
    }

    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let now = instant().nanosecondsSinceEpoch
        let ended = state.withLock { state -> FinishedSpan? in
            guard var span = state.span else { return nil }
            state.span = nil
            span.name = state.name
            state.attributes.forEach { name, value in
                if let value = Self.value(value, of: name) { span.set(name, value) }
            }
            return span.ended(at: now)
        }
        if let ended { tracer.finish([ended]) }
    }

    /// Attributes whose values may hold a token or a search for a person.
    private static let withheld: Set<String> = ["url.full", "url.query"]

    private static func value(_ value: SpanAttribute, of name: String) -> SpanValue? {
        if withheld.contains(name) { return nil }
        return switch value {
        case .int32(let number): .integer(Int64(number))
        case .int64(let number): .integer(number)
        case .double(let number): .number(number)
        case .bool(let flag): .flag(flag)
        case .string(let text): .text(text)
        case .stringArray(let texts): .texts(texts)
        case .stringConvertible(let value): .text("\(value)")
        default: nil
        }
    }
}
