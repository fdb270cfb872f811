import OrderEvents

/// How the document of an order grows from its events. Pure: the same events in the same order give the same document.
extension OrderDocument {
    /// Where an event contradicts the first one of the document's order; nothing while no event was seen.
    func conflicts(with event: Order, isTimeAssigned: () -> Bool = { false }) -> [OrderTerms.Difference] {
        hasEvent ? order.terms.differences(to: event, isTimeAssigned: isTimeAssigned) : []
    }

    /// The document after an order event that was appended to the log at `seenAt`.
    ///
    /// The first event fixes everything but the status. One that contradicts it is noted, and changes nothing. A status
    /// only moves forward (CREATED, CONFIRMED, CANCELLED): an upstream that sends an old event again changes nothing.
    static func applying(
        _ order: Order, seenAt: Timestamp, isTimeAssigned: () -> Bool = { false }, to document: OrderDocument?
    ) -> OrderDocument {
        guard var result = document else {
            var first = OrderDocument(order: order, revision: 0, updatedAt: seenAt)
            first.noteSeen(order.status, at: seenAt)
            return first
        }
        if !result.conflicts(with: order, isTimeAssigned: isTimeAssigned).isEmpty {
            result.noteConflict(order, at: seenAt)
            return result
        }
        if !result.hasEvent {
            result.order = order
        } else if order.status.rawValue > result.order.status.rawValue {
            result.order.status = order.status
        }
        result.noteSeen(order.status, at: seenAt)
        return result
    }

    /// The document after a payment. A payment can be read before its order's event: it carries enough of the
    /// order for a document that is whole, and the order's event completes it.
    static func applying(_ payment: Payment, to document: OrderDocument?) -> OrderDocument {
        var result =
            document
            ?? OrderDocument(
                order: Order(
                    id: payment.orderID, customerID: payment.customerID, amount: payment.amount,
                    country: payment.country, status: .created,
                    createdAt: payment.processedAt),
                revision: 0, updatedAt: payment.processedAt)
        result.payment = payment
        return result
    }

    /// The document after a fraud alert; as with a payment, it may come before its order's event.
    static func applying(_ alert: FraudAlert, to document: OrderDocument?) -> OrderDocument {
        var result =
            document
            ?? OrderDocument(
                order: Order(
                    id: alert.orderID, customerID: alert.customerID, amount: alert.amount, country: alert.country,
                    status: .created,
                    createdAt: alert.detectedAt),
                revision: 0, updatedAt: alert.detectedAt)
        if result.fraud == nil { result.fraud = alert }
        return result
    }
}
