import OrderEvents

/// What can become of an order, and what an endpoint can subscribe to. The raw value is the type on the wire: stable.
public enum OrderOutcome: String, CaseIterable, Codable, Hashable, Sendable {
    case created = "order.created"
    case confirmed = "order.confirmed"
    case cancelled = "order.cancelled"
    case paid = "order.paid"
    case paymentFailed = "order.payment_failed"
    case flagged = "order.flagged"
    /// It was paid, and then cancelled.
    case refundDue = "order.refund_due"

    /// When it became so, as far as the document tells; nil: it did not.
    public func moment(in document: OrderDocument) -> Timestamp? {
        switch self {
        case .created: document.createdSeenAt
        case .confirmed: document.confirmedSeenAt
        case .cancelled: document.cancelledSeenAt
        case .paid:
            // A refunded order was paid before.
            document.payment.flatMap { $0.status == .declined ? nil : $0.processedAt }
        case .paymentFailed: document.payment.flatMap { $0.status == .declined ? $0.processedAt : nil }
        case .flagged: document.fraud?.detectedAt
        case .refundDue:
            document.refundDue == nil
                ? nil : [document.cancelledSeenAt, document.payment?.processedAt].compactMap(\.self).max()
        }
    }

    /// The id of the event, the same in each attempt and for each endpoint: `msg_123_order_paid`.
    ///
    /// It has no full stop, which separates the parts of what is signed.
    public func messageID(of order: OrderID) -> String {
        "msg_\(order)_\(rawValue.split(separator: ".").joined(separator: "_"))"
    }

    /// The order and the outcome that an id is about; nil: it is none of ours.
    public static func parse(messageID text: String) -> (order: OrderID, outcome: OrderOutcome)? {
        let parts = text.split(separator: "_", maxSplits: 2)
        guard parts.count == 3, let order = Int64(parts[1]).flatMap({ OrderID($0) }),
            let outcome = allCases.first(where: { $0.messageID(of: order) == text })
        else { return nil }
        return (order, outcome)
    }

    /// The body that is posted: type, time and the order as the API shows it.
    public func payload(of document: OrderDocument, at moment: Timestamp) -> [UInt8] {
        var json = JSONBytes()
        json.append("{\"type\":")
        json.append(string: rawValue)
        json.append(",\"timestamp\":\"")
        json.append(moment)
        json.append("\",\"data\":")
        document.encodeView(into: &json)
        json.append("}")
        return json.bytes
    }
}
