import OrderEvents

/// A place in a list of orders. Its text is opaque to clients, and short.
///
/// In a list by order_id it is the last order looked at; in a list by time also that order's created_at, in the list
/// of alerts the moment it was detected.
public struct OrderCursor: Hashable, Sendable {
    /// The last order looked at.
    package let orderID: OrderID
    /// Its created_at, or when it was detected; nil in a list by order_id.
    package let moment: Timestamp?

    package init(orderID: OrderID, moment: Timestamp? = nil) {
        self.orderID = orderID
        self.moment = moment
    }

    /// A cursor that an earlier ``text`` gave out; nil for any other text.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let raw = OrderCursor.number(first), let id = OrderID(raw)
        else { return nil }
        orderID = id
        if parts.count == 2 {
            guard let time = OrderCursor.number(parts[1]), time <= Timestamp.latest.millisecondsSinceEpoch
            else { return nil }
            moment = Timestamp(millisecondsSinceEpoch: time)
        } else {
            moment = nil
        }
    }

    /// URL-safe.
    public var text: String {
        let id = String(orderID.rawValue, radix: 36)
        guard let moment else { return id }
        return id + "-" + String(moment.millisecondsSinceEpoch, radix: 36)
    }

    /// The place of a document in a list of orders.
    init(_ document: OrderDocument, _ sort: OrderSort) {
        self.init(orderID: document.order.id, moment: sort.isByTime ? document.order.createdAt : nil)
    }

    private static func number(_ text: Substring) -> Int64? {
        // A sign would be another spelling of the same place.
        guard let first = text.first, first != "+", first != "-", text.count <= 13 else { return nil }
        return Int64(text, radix: 36)
    }
}
