/// What an attribute of a span may be.
public enum SpanValue: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case flag(Bool)
    case texts([String])
}

extension SpanValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral text: String) { self = .text(text) }
    public init(integerLiteral number: Int64) { self = .integer(number) }
    public init(booleanLiteral flag: Bool) { self = .flag(flag) }
}

/// An attribute with its name by the semantic conventions of OpenTelemetry.
public struct SpanAttributePair: Hashable, Sendable {
    public var name: String
    public var value: SpanValue

    public init(_ name: String, _ value: SpanValue) {
        self.name = name
        self.value = value
    }
}
