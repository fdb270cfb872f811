import Tracing

/// A span that is over, as it is exported.
public struct FinishedSpan: Sendable {
    /// How it ended.
    public enum Status: Hashable, Sendable {
        case unset
        case error(String)
    }

    /// The service whose span it is: `fraud`.
    public var service: String
    public var context: SpanContext
    /// nil: the trace begins with it.
    public var parent: SpanContext?
    public var name: String
    public var kind: SpanKind
    /// Nanoseconds since 1970.
    public var start: UInt64
    /// Nanoseconds since 1970.
    public var end: UInt64
    public var attributes: [SpanAttributePair] = []
    /// What else it was caused by.
    public var links: [SpanContext] = []
    public var status: Status = .unset
}
