/// What a request may carry besides its body: enough to check it and to describe it (OpenAPI's "parameter object").
struct ParameterSpec: Sendable, Equatable {
    enum Location: String, Sendable {
        case query, path, header
    }

    let name: String
    let location: Location
    let schema: Schema
    let description: String

    /// The form of a value, with its bounds.
    enum Schema: Sendable, Equatable {
        case integer(ClosedRange<Int64>)
        case boolean
        case enumeration([String])
        /// An RFC 3339 time.
        case dateTime
        /// A decimal from 0 on, with at most four decimals.
        case amount
        /// A text with at most so many bytes; `form` says in words what it must look like.
        case text(maximumBytes: Int, form: String)

        /// What a right value is, in words, for the message about a wrong one.
        var expectation: String {
            switch self {
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .boolean: "true or false"
            case .enumeration(let values): "one of \(values.joined(separator: ", "))"
            case .dateTime: "an RFC 3339 time such as 2024-01-15T10:30:00Z"
            case .amount: "an amount from 0 to 99999999999 with at most 4 decimals, such as 249.99"
            case .text(_, let form): form
            }
        }
    }
}

/// A query parameter together with how its text becomes a value.
struct QueryParameter<Value: Sendable>: Sendable {
    let spec: ParameterSpec
    /// nil where the text is no such value.
    let parse: @Sendable (String) -> Value?

    init(
        _ name: String, _ schema: ParameterSpec.Schema, _ description: String,
        parse: @escaping @Sendable (String) -> Value?
    ) {
        spec = ParameterSpec(name: name, location: .query, schema: schema, description: description)
        self.parse = parse
    }
}

extension QueryParameter where Value == Int {
    static func integer(_ name: String, _ range: ClosedRange<Int>, _ description: String) -> Self {
        Self(name, .integer(Int64(range.lowerBound)...Int64(range.upperBound)), description) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension QueryParameter where Value == Bool {
    static func boolean(_ name: String, _ description: String) -> Self {
        Self(name, .boolean, description) { text in
            switch text {
            case "true": true
            case "false": false
            default: nil
            }
        }
    }
}

extension QueryParameter {
    /// A parameter with named values, in the order in which they are to be listed.
    static func choice(_ name: String, _ values: [(String, Value)], _ description: String) -> Self {
        Self(name, .enumeration(values.map(\.0)), description) { text in values.first { $0.0 == text }?.1 }
    }
}
