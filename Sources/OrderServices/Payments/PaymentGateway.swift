import OrderEvents

/// One order to charge.
public struct ChargeRequest: Sendable {
    /// The idempotency key: asking twice for one order charges it once and gives the same answer.
    public var orderID: OrderID
    public var customerID: Int64
    public var amount: Money
    public var country: CountryCode

    public init(orderID: OrderID, customerID: Int64, amount: Money, country: CountryCode) {
        self.orderID = orderID
        self.customerID = customerID
        self.amount = amount
        self.country = country
    }
}

/// What the processor said.
public enum ChargeOutcome: Hashable, Sendable {
    case paid
    case declined(DeclineReason)
}

/// A payment processor.
///
/// An implementation must be idempotent by order id: the payment service asks again after a crash or an
/// error, because it cannot know whether the first request arrived.
public protocol PaymentGateway: Sendable {
    /// Charges several orders and answers in their order. The implementation decides how many it sends at a time.
    ///
    /// - Throws: `PaymentGatewayError` when the processor cannot be reached or answers with nothing usable.
    ///   The whole batch is asked again later.
    func charge(_ requests: [ChargeRequest]) async throws -> [ChargeOutcome]
}

/// The processor did not answer. Always worth another try.
public struct PaymentGatewayError: Error, Sendable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}
