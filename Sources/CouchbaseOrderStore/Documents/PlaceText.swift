import OrderEvents

/// A place in a list by time as text: places are in the order of their texts, byte by byte.
///
/// One range of one index key is then enough for a page. Milliseconds since 1970, then the order_id, each with leading
/// zeros.
enum PlaceText {
    private static let momentDigits = 15
    private static let idDigits = 16

    /// Before every place.
    static let first = ""
    /// After every place.
    static let last = "~"

    static func text(_ moment: Timestamp, _ id: OrderID) -> String {
        "\(start(of: moment))-\(padded(id.rawValue, idDigits))"
    }

    /// Before every place of this moment, and after every place of an earlier one.
    static func start(of moment: Timestamp) -> String { padded(moment.millisecondsSinceEpoch, momentDigits) }

    /// After every place of this moment, and before every place of a later one.
    static func end(of moment: Timestamp) -> String { start(of: moment) + "~" }

    private static func padded(_ value: Int64, _ digits: Int) -> String {
        let text = String(max(value, 0))
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
