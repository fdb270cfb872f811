extension OrderDocument {
    /// The money that is owed back: the order was paid, and then cancelled. nil: none.
    public var refundDue: Money? {
        guard order.status == .cancelled, let payment, payment.status == .paid else { return nil }
        return payment.amount
    }
}

/// The orders whose money is owed back, in one currency.
public struct RefundsDue: Hashable, Sendable {
    /// The currency of these orders.
    public var currency: Currency
    /// How many paid orders were cancelled.
    public var orders: Int64
    /// What is owed back for them.
    public var amount: MinorUnits

    /// What is owed back in one currency.
    public init(currency: Currency, orders: Int64, amount: MinorUnits) {
        self.currency = currency
        self.orders = orders
        self.amount = amount
    }
}
