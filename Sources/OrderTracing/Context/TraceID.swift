/// The id of a trace: 16 bytes, not all of them zero.
public struct TraceID: Hashable, Sendable {
    let high: UInt64
    /// The part that a sampler by ratio looks at.
    let low: UInt64

    init?(high: UInt64, low: UInt64) {
        if high == 0, low == 0 { return nil }
        (self.high, self.low) = (high, low)
    }

    /// Any id.
    public static func random(using random: inout some RandomNumberGenerator) -> TraceID {
        while true {
            // All zero once in 2^128.
            if let id = TraceID(high: random.next(), low: random.next()) { return id }
        }
    }

    /// Big-endian, as OTLP carries it.
    package var bytes: [UInt8] { Hex.bytes(of: high) + Hex.bytes(of: low) }
}

/// The id of a span: 8 bytes, not all of them zero.
public struct SpanID: Hashable, Sendable {
    let value: UInt64

    init?(_ value: UInt64) {
        if value == 0 { return nil }
        self.value = value
    }

    /// Any id.
    public static func random(using random: inout some RandomNumberGenerator) -> SpanID {
        while true {
            if let id = SpanID(random.next()) { return id }
        }
    }

    /// Big-endian, as OTLP carries it.
    package var bytes: [UInt8] { Hex.bytes(of: value) }
}

extension TraceID: CustomStringConvertible {
    /// 32 digits in lower case.
    public var description: String { Hex.text(of: high) + Hex.text(of: low) }
}

extension SpanID: CustomStringConvertible {
    /// 16 digits in lower case.
    public var description: String { Hex.text(of: value) }
}
