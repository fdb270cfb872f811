import OrderEvents

/// What the sink writes in one go: the latest revision of each key.
public struct StoreBatch: Sendable {
    /// In any order, each order once.
    public var orders: [OrderDocument]
    /// In any order, each window and partition once.
    public var aggregates: [Aggregate]

    /// What is to be written.
    public init(orders: [OrderDocument] = [], aggregates: [Aggregate] = []) {
        self.orders = orders
        self.aggregates = aggregates
    }

    /// Whether there is nothing to write.
    public var isEmpty: Bool { orders.isEmpty && aggregates.isEmpty }
}

/// Which orders are looked for; what is nil is not asked.
public struct OrderFilter: Hashable, Sendable {
    /// How an order was paid.
    public enum PaymentState: UInt8, CaseIterable, Sendable {
        case paid, declined, refunded
        /// Not yet judged by payments.
        case none
        /// Paid, and cancelled: the money is owed back.
        case refundDue
    }

    /// Only orders with this latest status.
    public var status: OrderStatus?
    /// Only orders of this country.
    public var country: CountryCode?
    /// Only orders in this currency.
    public var currency: Currency?
    /// Only orders whose payment is so.
    public var payment: PaymentState?
    /// Only orders that have an alert, or that have none.
    public var flagged: Bool?
    /// Only orders of this customer.
    public var customerID: Int64?
    /// Only orders of this amount or more, in ten-thousandths of a unit of the order's own currency: 2.50 USD and 2.5 KWD
    /// are both 25,000.
    public var minimumAmount: Int64?
    /// Only orders of this amount or less, in ten-thousandths of a unit.
    public var maximumAmount: Int64?
    /// Created at this moment or later.
    public var from: Timestamp?
    /// Created before this moment.
    public var to: Timestamp?

    /// A filter of what is given; nil does not matter.
    public init(
        status: OrderStatus? = nil, country: CountryCode? = nil, currency: Currency? = nil,
        payment: PaymentState? = nil, flagged: Bool? = nil, customerID: Int64? = nil,
        minimumAmount: Int64? = nil, maximumAmount: Int64? = nil, from: Timestamp? = nil, to: Timestamp? = nil
    ) {
        self.status = status
        self.country = country
        self.currency = currency
        self.payment = payment
        self.flagged = flagged
        self.customerID = customerID
        self.minimumAmount = minimumAmount
        self.maximumAmount = maximumAmount
        self.from = from
        self.to = to
    }

    /// Every order.
    public static let all = OrderFilter()

    /// The decimals of the amounts asked for: as many as the finest minor unit has.
    public static let amountDecimals = 4

    /// Whether the document passes: the meaning that every store's query has.
    public func matches(_ document: OrderDocument) -> Bool {
        let order = document.order
        if let status, order.status != status { return false }
        if let country, order.country != country { return false }
        if let currency, order.amount.currency != currency { return false }
        if let customerID, order.customerID != customerID { return false }
        if let flagged, (document.fraud != nil) != flagged { return false }
        if minimumAmount != nil || maximumAmount != nil {
            let amount = order.amount
            let scaled = AmountScale.scaled(minorUnits: amount.minorUnits, decimals: amount.currency.minorDigits)
            if scaled < minimumAmount ?? 0 || scaled > maximumAmount ?? .max { return false }
        }
        if let from, order.createdAt < from { return false }
        if let to, order.createdAt >= to { return false }
        guard let payment else { return true }
        return payment == .refundDue ? document.refundDue != nil : payment == PaymentState(document.payment)
    }
}

extension OrderFilter.PaymentState {
    init(_ payment: Payment?) {
        switch payment?.status {
        case .paid: self = .paid
        case .declined: self = .declined
        case .refunded: self = .refunded
        case nil: self = .none
        }
    }
}

/// A page of a longer list.
public struct Page<Item: Sendable>: Sendable {
    /// In the list's order.
    public var items: [Item]
    /// Where the next page starts; nil after the last.
    public var next: OrderCursor?
    /// Where the page before it ends; nil where the list begins, and in lists that go one way.
    public var previous: OrderCursor?

    /// One page of a list.
    public init(items: [Item], next: OrderCursor?, previous: OrderCursor? = nil) {
        self.items = items
        self.next = next
        self.previous = previous
    }
}

/// What a store holds.
public struct StoreCounts: Hashable, Sendable {
    /// Order documents.
    public var orders: Int64
    /// Orders with a fraud verdict.
    public var flagged: Int64
    /// Minute windows, each partition's counted.
    public var windows: Int64

    /// Counts from their parts.
    public init(orders: Int64, flagged: Int64, windows: Int64) {
        self.orders = orders
        self.flagged = flagged
        self.windows = windows
    }
}

/// What became of taking an idempotency key.
public enum IdempotencyOutcome: Hashable, Sendable {
    /// It is the caller's now.
    case reserved
    /// The same request was carried out before, and made this order.
    case completed(OrderID)
    /// The same request is under way elsewhere, or its process died; it makes this order.
    case inProgress(OrderID)
    /// The key was used with another request.
    case mismatch
}
