import OrderEvents

extension OrderDocument {
    /// Each field in which this document is not as `other` says: `amount is 2.00 USD instead of 1.00 USD`. Revision and
    /// time of change are left out: they say when, not what.
    func differences(from other: OrderDocument) -> [String] {
        var found: [String] = []
        func compare<Value: Equatable>(_ name: String, _ mine: Value, _ theirs: Value, _ text: (Value) -> String) {
            if mine != theirs { found.append("\(name) is \(text(mine)) instead of \(text(theirs))") }
        }
        func compare<Value: Equatable & CustomStringConvertible>(_ name: String, _ mine: Value, _ theirs: Value) {
            compare(name, mine, theirs, \.description)
        }
        compare("customer_id", order.customerID, other.order.customerID)
        compare("amount", order.amount, other.order.amount) { "\($0) \($0.currency)" }
        compare("country", order.country, other.order.country) { "\($0)" }
        compare("status", order.status, other.order.status)
        compare("created_at", order.createdAt, other.order.createdAt) { "\($0)" }
        compare("payment", payment, other.payment, OrderDocument.text)
        compare("fraud", fraud, other.fraud, OrderDocument.text)
        compare("conflicts", conflicts, other.conflicts, OrderDocument.text)
        for status in OrderStatus.allCases {
            compare("first \(status)", firstSeen(status), other.firstSeen(status)) { $0.map { "\($0)" } ?? "never" }
        }
        return found
    }

    private static func text(_ payment: Payment?) -> String {
        guard let payment else { return "none" }
        let reason = payment.declineReason.map { " (\($0))" } ?? ""
        return "\(payment.status)\(reason) \(OrderHistory.Terms(payment)) at \(payment.processedAt)"
    }

    private static func text(_ conflicts: OrderConflicts?) -> String {
        guard let conflicts else { return "none" }
        let terms = conflicts.terms
        return
            "\(conflicts.count), the latest \(conflicts.status) with \(terms.amount) \(terms.amount.currency) of customer \(terms.customerID) in "
            + "\(terms.country) created \(terms.createdAt), at \(conflicts.seenAt)"
    }

    private static func text(_ alert: FraudAlert?) -> String {
        guard let alert else { return "not flagged" }
        return "\(alert.reason) \(OrderHistory.Terms(alert)) at \(alert.detectedAt)"
    }
}
