import OrderEvents

/// A place in a list of orders. Its text is opaque to clients, and short.
///
/// In a list by order_id it is the last order shown; in the list of alerts also the moment it was detected.
public struct OrderCursor: Hashable, Sendable {
    let orderID: OrderID
    let detectedAt: Timestamp?

    init(orderID: OrderID, detectedAt: Timestamp? = nil) {
        self.orderID = orderID
        self.detectedAt = detectedAt
    }

    /// A cursor that an earlier ``text`` gave out; nil for any other text.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let raw = OrderCursor.number(first), let id = OrderID(raw)
        else { return nil }
        orderID = id
        if parts.count == 2 {
            guard let moment = OrderCursor.number(parts[1]), moment <= Timestamp.latest.millisecondsSinceEpoch
            else { return nil }
            detectedAt = Timestamp(millisecondsSinceEpoch: moment)
        } else {
            detectedAt = nil
        }
    }

    /// URL-safe.
    public var text: String {
        let id = String(orderID.rawValue, radix: 36)
        guard let detectedAt else { return id }
        return id + "-" + String(detectedAt.millisecondsSinceEpoch, radix: 36)
    }

    private static func number(_ text: Substring) -> Int64? {
        // A sign would be another spelling of the same place.
        guard let first = text.first, first != "+", first != "-", text.count <= 13 else { return nil }
        return Int64(text, radix: 36)
    }
}
