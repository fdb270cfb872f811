/// The attributes of a SCRAM message: `r=…,s=…,i=…`. Values may hold `=`.
struct SCRAMAttributes {
    private var values: [Substring: String] = [:]

    init(_ message: some StringProtocol) throws(SCRAMError) {
        let message = String(message)
        for part in message.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0].count == 1, values[pair[0]] == nil else {
                throw .malformed("\"\(part.prefix(40))\" is not an attribute")
            }
            values[pair[0]] = String(pair[1])
        }
        // RFC 5802: an extension that must be understood, and is not.
        guard values["m"] == nil else { throw .malformed("it asks for an extension") }
    }

    subscript(_ name: Substring) -> String? { values[name] }
}

/// Names within messages: a comma and an equals sign are escaped.
enum SCRAMName {
    static func escape(_ name: String) -> String { name.replacing("=", with: "=3D").replacing(",", with: "=2C") }

    /// Nil where an equals sign begins no escape.
    static func unescape(_ text: some StringProtocol) -> String? {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        var name = String(parts[0])
        for part in parts.dropFirst() {
            if part.hasPrefix("2C") {
                name += "," + part.dropFirst(2)
            } else if part.hasPrefix("3D") {
                name += "=" + part.dropFirst(2)
            } else {
                return nil
            }
        }
        return name
    }
}
