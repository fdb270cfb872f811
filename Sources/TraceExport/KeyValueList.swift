import Foundation

/// `name=value,name=value`, as OpenTelemetry's settings have it.
enum KeyValueList {
    /// One of them, without white space around, and decoded; nil: it is none.
    static func pair(_ text: Substring) -> (name: String, value: String)? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = text[..<equals].trimmingCharacters(in: .whitespaces)
        let value = text[text.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        guard !name.isEmpty, let decoded = value.removingPercentEncoding else { return nil }
        return (name, decoded)
    }
}
