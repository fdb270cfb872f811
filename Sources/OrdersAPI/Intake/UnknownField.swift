import OrderEvents
import Spelling

/// What is said of a field that no order has.
enum UnknownField {
    private static let names = ["order_id", "customer_id", "amount", "currency", "country", "status", "created_at"]

    static func error(_ name: String) -> EventError? {
        let likely = NearName.nearest(to: String(name.prefix(40)), in: names, within: 3)
        let hint = likely.map { "did you mean \($0)?" } ?? "an order has \(names.joined(separator: ", "))"
        return EventError(.unknownField, field: String(name.prefix(80)), detail: "is no field of an order; \(hint)")
    }
}
