import OrderEvents

/// What is said of a field that no order has.
enum UnknownField {
    private static let names = ["order_id", "customer_id", "amount", "currency", "country", "status", "created_at"]

    static func error(_ name: String) -> EventError? {
        let likely = names.map { ($0, distance(Array(name.lowercased().utf8.prefix(40)), Array($0.utf8))) }.min {
            $0.1 < $1.1
        }!
        let hint = likely.1 <= 3 ? "did you mean \(likely.0)?" : "an order has \(names.joined(separator: ", "))"
        return EventError(.unknownField, field: String(name.prefix(80)), detail: "is no field of an order; \(hint)")
    }

    /// Levenshtein's: how many characters must be changed, put in or taken out.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
