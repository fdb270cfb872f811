import Foundation
import OrderEvents

/// Dead letters' bytes and times for people.
enum DeadLetterText {
    /// Control characters, which could play tricks on a terminal, become dots.
    static func printable(_ text: String) -> String {
        String(text.map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "." : $0 })
    }

    static func cut(_ text: String, _ length: Int) -> String {
        let text = printable(text)
        return text.count <= length ? text : text.prefix(length - 1) + "…"
    }

    /// Bytes in a table's cell.
    static func short(_ bytes: [UInt8]?, _ length: Int) -> String {
        guard let bytes else { return "-" }
        guard let text = String(validating: bytes, as: UTF8.self) else { return "\(bytes.count) bytes" }
        return cut(text.isEmpty ? "\"\"" : text, length)
    }

    /// Bytes in full: text, or Base64.
    static func full(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "none" }
        if bytes.isEmpty { return "empty" }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return "\(bytes.count) bytes, Base64: \(Data(bytes).base64EncodedString())"
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }.joined(
            separator: "\n")
    }

    static func time(_ millisecondsSinceEpoch: Int64) -> String {
        Timestamp(millisecondsSinceEpoch: millisecondsSinceEpoch).description
    }
}
