/// The header `traceparent` of W3C trace context (https://www.w3.org/TR/trace-context/#traceparent-header).
struct TraceParent: Hashable, Sendable {
    var traceID: TraceID
    var spanID: SpanID
    var isSampled: Bool

    /// The length of version 00, and the least one of those to come.
    private static let length = 55
    private static let dashes = [2, 35, 52]

    init(traceID: TraceID, spanID: SpanID, isSampled: Bool) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
    }

    /// Reads the value of a header, without the white space around it; nil: it has to be ignored.
    ///
    /// Of a version that is not known yet the part that version 00 has is read, as the specification asks for.
    init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= Self.length, Self.dashes.allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
            let version = Hex.number(bytes[0..<2]), version != 0xFF,
            let high = Hex.number(bytes[3..<19]), let low = Hex.number(bytes[19..<35]),
            let parent = Hex.number(bytes[36..<52]), let flags = Hex.number(bytes[53..<55]),
            let traceID = TraceID(high: high, low: low), let spanID = SpanID(parent)
        else { return nil }
        if bytes.count > Self.length {
            guard version > 0, bytes[Self.length] == UInt8(ascii: "-") else { return nil }
        }
        self.init(traceID: traceID, spanID: spanID, isSampled: flags & 1 == 1)
    }
}

extension TraceParent: CustomStringConvertible {
    /// Version 00.
    var description: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }
}
