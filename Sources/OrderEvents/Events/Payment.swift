/// The outcome of charging an order, as it stands on `payments`.
public struct Payment: Hashable, Sendable {
    public var orderID: OrderID
    /// 0...2^53-1.
    public var customerID: Int64
    public var status: PaymentStatus
    /// What was charged, or would have been.
    public var amount: Money
    public var country: CountryCode
    /// nil unless declined; may be nil then too.
    public var declineReason: DeclineReason?
    public var processedAt: Timestamp

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
    public var orderID: OrderID
    /// 0...2^53-1.
    public var customerID: Int64
    public var reason: FraudReason
    public var amount: Money
    public var country: CountryCode
    public var detectedAt: Timestamp

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
