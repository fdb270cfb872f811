/// The query of one request, checked against the parameters that its endpoint takes.
struct QueryValues: Sendable {
    /// By name, decoded; without those that are empty.
    private(set) var values: [String: String] = [:]

    /// - Parameters:
    ///   - query: What follows the question mark, still percent-encoded; nil for nothing.
    ///   - allowed: The parameters that the endpoint takes. Others are refused rather than ignored: a filter that was
    ///     misspelled would otherwise give an answer that looks right.
    init(query: String?, allowed: [ParameterSpec]) throws(Problem) {
        guard let query, !query.isEmpty else { return }
        guard query.utf8.count <= 8192 else { throw .badRequest("The query has more than 8192 bytes") }
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count > 1 ? parts[1] : "") else {
                throw .invalidParameter(String(parts[0].prefix(80)), "it is not percent-encoded UTF-8")
            }
            guard let spec = allowed.first(where: { $0.location == .query && $0.name == name }) else {
                let known = allowed.filter { $0.location == .query }.map(\.name)
                let hint = known.isEmpty ? "this path takes none" : "this path takes \(known.joined(separator: ", "))"
                throw .invalidParameter(String(name.prefix(80)), "there is no such parameter; \(hint)")
            }
            guard values[spec.name] == nil else { throw .invalidParameter(spec.name, "it is given more than once") }
            // An empty value is what a form sends for a field that was left out.
            if !value.isEmpty { values[spec.name] = value }
        }
    }

    /// The parameter's value; nil if it is absent or empty.
    func value<Value>(_ parameter: QueryParameter<Value>) throws(Problem) -> Value? {
        guard let text = values[parameter.spec.name] else { return nil }
        if case .text(let maximumBytes, _) = parameter.spec.schema, text.utf8.count > maximumBytes {
            throw .invalidParameter(parameter.spec.name, "it has more than \(maximumBytes) bytes")
        }
        guard let value = parameter.parse(text) else {
            throw .invalidParameter(
                parameter.spec.name, "\"\(text.prefix(80))\" is not \(parameter.spec.schema.expectation)")
        }
        return value
    }

    /// Percent-decoded, with `+` for a space as forms write it; nil if that is not UTF-8.
    static func decoded(_ text: Substring) -> String? {
        guard text.utf8.contains(where: { $0 == 0x25 || $0 == 0x2B }) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case 0x2B: bytes.append(0x20)
            case 0x25:
                guard let high = rest.next().flatMap(UnreservedPath.hexadecimal),
                    let low = rest.next().flatMap(UnreservedPath.hexadecimal)
                else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

}
