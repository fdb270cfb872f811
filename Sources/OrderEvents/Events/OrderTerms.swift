/// What the first event of an order fixes. A later event may change the status, and nothing of this: one that differs
/// is a conflict.
public struct OrderTerms: Hashable, Sendable {
    /// 0...2^53-1.
    public var customerID: Int64
    /// What is charged.
    public var amount: Money
    /// Where the order was placed.
    public var country: CountryCode
    /// When the order was placed.
    public var createdAt: Timestamp

    /// What an order's first event fixes.
    public init(customerID: Int64, amount: Money, country: CountryCode, createdAt: Timestamp) {
        self.customerID = customerID
        self.amount = amount
        self.country = country
        self.createdAt = createdAt
    }

    /// One field that two events of an order have different.
    public struct Difference: Hashable, Sendable {
        /// Its name on the wire: "amount".
        public var field: String
        /// The later event's value, as people read it.
        public var given: String
        /// The first event's.
        public var fixed: String
    }

    /// Where `later` differs, in the order of the fields on the wire. An amount is compared within its currency: of two
    /// currencies both are named.
    public func differences(to later: OrderTerms) -> [Difference] {
        if later == self { return [] }
        var found: [Difference] = []
        func compare<Value: Equatable>(_ field: Field, _ fixed: Value, _ given: Value, _ text: (Value) -> String) {
            if fixed != given {
                found.append(Difference(field: "\(field.name)", given: text(given), fixed: text(fixed)))
            }
        }
        compare(.customerID, customerID, later.customerID) { "\($0)" }
        // 10 of another currency is another amount; the figure alone would look the same.
        compare(.amount, amount, later.amount) { "\($0) \($0.currency)" }
        compare(.currency, amount.currency, later.amount.currency) { "\($0)" }
        compare(.country, country, later.country) { "\($0)" }
        compare(.createdAt, createdAt, later.createdAt) { "\($0)" }
        return found
    }

    /// Where an event differs. A `created_at` that the client had not given contradicts nothing.
    package func differences(to event: Order, isTimeAssigned: () -> Bool) -> [Difference] {
        var terms = event.terms
        if terms == self { return [] }
        if terms.createdAt != createdAt, isTimeAssigned() { terms.createdAt = createdAt }
        return differences(to: terms)
    }
}

extension OrderTerms.Difference: CustomStringConvertible {
    /// "amount is 9999.00 USD instead of 10.00 AUD"
    public var description: String { "\(field) is \(given) instead of \(fixed)" }
}

extension Order {
    /// Everything but its identity and status.
    public var terms: OrderTerms {
        OrderTerms(customerID: customerID, amount: amount, country: country, createdAt: createdAt)
    }
}

/// What the record of an order event may say of itself.
public enum OrderHeader {
    /// Present where whoever took the order gave it its `created_at`, because the client had given none: then that
    /// field contradicts nothing.
    public static let assignedTime = "created-at-assigned"
}
