/// What of a span travels with a request or a record: which trace it belongs to, and whether that is recorded.
public struct SpanContext: Hashable, Sendable {
    public var traceID: TraceID
    public var spanID: SpanID
    /// Whether whoever began the trace, or was asked about it, wants it recorded.
    public var isSampled: Bool
    /// What other vendors say of the trace.
    public var state: TraceState
    /// Whether it came from another process.
    public var isRemote: Bool

    public init(
        traceID: TraceID, spanID: SpanID, isSampled: Bool, state: TraceState = TraceState(), isRemote: Bool = false
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
        self.state = state
        self.isRemote = isRemote
    }
}

extension SpanContext {
    /// The names of the headers, on HTTP requests and on Kafka records alike.
    public enum Header {
        public static let parent = "traceparent"
        public static let state = "tracestate"

        /// Whether a header is one of these.
        public static func carries(_ name: String) -> Bool { name == parent || name == state }
    }

    /// Reads the headers of a request or a record. A `traceparent` that is wrong counts as none, and a `tracestate` that
    /// is wrong as empty.
    public init?(traceparent: some StringProtocol, tracestate: [String] = []) {
        guard let parent = TraceParent(traceparent.trimmingTabsAndSpaces) else { return nil }
        self.init(
            traceID: parent.traceID, spanID: parent.spanID, isSampled: parent.isSampled,
            state: TraceState(headers: tracestate) ?? TraceState(), isRemote: true)
    }

    /// The value of the header `traceparent`.
    public var traceparent: String {
        TraceParent(traceID: traceID, spanID: spanID, isSampled: isSampled).description
    }

    /// Reads the headers of a record.
    ///
    /// - Parameter field: the value of the last header with this name.
    public init?(_ field: (_ name: String) -> String?) {
        guard let parent = field(Header.parent) else { return nil }
        self.init(traceparent: parent, tracestate: field(Header.state).map { [$0] } ?? [])
    }

    /// The headers that carry it.
    public var fields: [(name: String, value: String)] {
        let parent = (Header.parent, traceparent)
        return state.isEmpty ? [parent] : [parent, (Header.state, "\(state)")]
    }
}
