/// An order as its latest event on `orders` tells it.
public struct Order: Hashable, Sendable {
    /// An event under a known id belongs to that order, whatever else it says.
    public var id: OrderID
    /// 0...2^53-1.
    public var customerID: Int64
    /// What is charged.
    public var amount: Money
    /// Where the order was placed.
    public var country: CountryCode
    /// Where the order stands; it only moves forward.
    public var status: OrderStatus
    /// When the shopper placed the order: the event time of windows.
    public var createdAt: Timestamp

    /// An order from its parts.
    public init(
        id: OrderID, customerID: Int64, amount: Money, country: CountryCode, status: OrderStatus,
        createdAt: Timestamp
    ) {
        self.id = id
        self.customerID = customerID
        self.amount = amount
        self.country = country
        self.status = status
        self.createdAt = createdAt
    }
}

/// An order as a form or an API client gives it: identity, status and time may still be open.
public struct OrderDraft: Hashable, Sendable {
    /// nil: the API gives one.
    public var id: OrderID?
    /// 0 for a guest.
    public var customerID: Int64
    /// What is to be charged.
    public var amount: Money
    /// Where the order was placed.
    public var country: CountryCode
    /// nil: CREATED.
    public var status: OrderStatus?
    /// nil: now.
    public var createdAt: Timestamp?

    /// A draft from what the client gave.
    public init(
        id: OrderID? = nil, customerID: Int64, amount: Money, country: CountryCode,
        status: OrderStatus? = nil, createdAt: Timestamp? = nil
    ) {
        self.id = id
        self.customerID = customerID
        self.amount = amount
        self.country = country
        self.status = status
        self.createdAt = createdAt
    }

    /// The order, with the given values where the draft leaves them open.
    public func order(id: OrderID, status: OrderStatus = .created, createdAt: Timestamp) -> Order {
        Order(
            id: self.id ?? id, customerID: customerID, amount: amount, country: country,
            status: self.status ?? status, createdAt: self.createdAt ?? createdAt)
    }
}
