/// The outcome of charging an order, as it stands on `payments`.
public struct Payment: Hashable, Sendable {
    /// The order that was charged.
    public var orderID: OrderID
    /// 0...2^53-1.
    public var customerID: Int64
    /// What the charge resulted in.
    public var status: PaymentStatus
    /// What was charged, or would have been.
    public var amount: Money
    /// The order's country.
    public var country: CountryCode
    /// nil unless declined; may be nil then too.
    public var declineReason: DeclineReason?
    /// When the payment service knew the outcome.
    public var processedAt: Timestamp

    /// A payment from its parts.
    public init(
        orderID: OrderID, customerID: Int64, status: PaymentStatus, amount: Money, country: CountryCode,
        declineReason: DeclineReason? = nil, processedAt: Timestamp
    ) {
        self.orderID = orderID
        self.customerID = customerID
        self.status = status
        self.amount = amount
        self.country = country
        self.declineReason = declineReason
        self.processedAt = processedAt
    }
}

/// A suspicion about an order, as it stands on `fraud-alerts`.
public struct FraudAlert: Hashable, Sendable {
    /// The order that is suspect.
    public var orderID: OrderID
    /// 0...2^53-1.
    public var customerID: Int64
    /// Which rule it breaks.
    public var reason: FraudReason
    /// The order's amount.
    public var amount: Money
    /// The order's country.
    public var country: CountryCode
    /// When the fraud service judged it.
    public var detectedAt: Timestamp

    /// An alert from its parts.
    public init(
        orderID: OrderID, customerID: Int64, reason: FraudReason, amount: Money, country: CountryCode,
        detectedAt: Timestamp
    ) {
        self.orderID = orderID
        self.customerID = customerID
        self.reason = reason
        self.amount = amount
        self.country = country
        self.detectedAt = detectedAt
    }
}
