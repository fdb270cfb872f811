import OrderEvents
import OrderTracing

/// One order to charge.
public struct ChargeRequest: Hashable, Sendable {
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

/// What became of the request for one charge.
public enum ChargeOutcome: Hashable, Sendable {
    case paid
    case declined(DeclineReason)
    /// The processor will never charge this order as it stands: a person must look. With the reason, for people.
    case refused(String)
    /// Nothing is known: ask again, with the same idempotency key. With the reason, for people.
    case unanswered(PaymentGatewayError)
}

/// A payment processor.
///
/// An implementation must be idempotent by order id: the payment service asks again after a crash or an
/// error, because it cannot know whether the first request arrived.
public protocol PaymentGateway: Sendable {
    /// Charges several orders and answers in their order. The implementation decides how many it sends at a time, and
    /// bounds the time that it takes: well below the consumer's `max.poll.interval.ms` (5 minutes), because nothing
    /// is polled meanwhile.
    ///
    /// - Parameter traces: of those orders that have one; the processor gets them, too.
    /// - Throws: only where nothing can be said of any of them. What the service is answered about some is not asked
    ///   again.
    func charge(_ requests: [ChargeRequest], traces: [OrderID: CurrentTrace]) async throws -> [ChargeOutcome]
}

extension PaymentGateway {
    /// Charges orders that belong to no trace.
    public func charge(_ requests: [ChargeRequest]) async throws -> [ChargeOutcome] {
        try await charge(requests, traces: [:])
    }
}

/// The processor did not answer, or not with something that settles the charge. Always worth another try.
public struct PaymentGatewayError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// It is away, busy, or answers with an error of its own.
        case unavailable = "dependency_unavailable"
        /// It answers that it does not know us or the address: nothing about the order, and for a person to fix.
        case misconfigured = "dependency_misconfigured"
    }

    public var code: Code
    public var description: String
    /// Whether other charges of the batch were answered: then less is left to ask.
    public var madeProgress = false

    public init(_ description: String, code: Code = .unavailable) {
        self.code = code
        self.description = description
    }
}
