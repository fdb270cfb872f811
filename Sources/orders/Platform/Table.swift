import Foundation

/// Plain columns for people, JSON for machines.
enum Table {
    static func print(_ header: [String], _ rows: [[String]]) {
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        for row in [header] + rows {
            let cells = row.enumerated().map {
                $0.element.padding(toLength: widths[$0.offset], withPad: " ", startingAt: 0)
            }
            Standard.output(cells.joined(separator: "  ").trimmingSuffix(while: { $0 == " " }) + "\n")
        }
    }

    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        Standard.output(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    }

    /// `604800000` as `7 d`.
    static func days(_ milliseconds: String) -> String {
        guard let value = Int64(milliseconds), value > 0 else { return milliseconds == "-1" ? "forever" : milliseconds }
        return value % 86_400_000 == 0 ? "\(value / 86_400_000) d" : "\(value / 1_000) s"
    }
}

extension StringProtocol {
    func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var end = endIndex
        while end > startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
        return String(self[..<end])
    }
}
