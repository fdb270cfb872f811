import Tracing

/// A span that goes on: a value that its owner fills in and ends.
public struct OpenSpan: Sendable {
    private(set) var span: FinishedSpan

    /// The attributes of one span at most.
    static let maximumAttributes = 64
    /// The links of one span at most.
    static let maximumLinks = 32

    init(_ span: FinishedSpan) { self.span = span }

    public var context: SpanContext { span.context }

    public var name: String {
        get { span.name }
        set { span.name = newValue }
    }

    /// Sets an attribute; more than the bound are left out.
    public mutating func set(_ name: String, _ value: SpanValue) {
        guard span.attributes.count < Self.maximumAttributes else { return }
        span.attributes.append(SpanAttributePair(name, value))
    }

    /// Sets several.
    public mutating func set(_ pairs: [SpanAttributePair]) {
        for pair in pairs { set(pair.name, pair.value) }
    }

    /// Notes what else it was caused by; more than the bound are left out.
    public mutating func link(to context: SpanContext) {
        guard span.links.count < Self.maximumLinks else { return }
        span.links.append(context)
    }

    /// It failed.
    ///
    /// - Parameter code: a class of error, such as `timeout`: no text that could tell of a person.
    public mutating func fail(_ code: String) {
        // The first failure is the cause of the others.
        guard case .unset = span.status else { return }
        set("error.type", .text(code))
        span.status = .error(code)
    }

    /// The span as it is exported.
    public func ended(at now: UInt64 = DefaultTracerClock.now.nanosecondsSinceEpoch) -> FinishedSpan {
        var span = span
        span.end = max(now, span.start)
        return span
    }
}
