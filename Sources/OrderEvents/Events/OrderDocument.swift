/// Everything that is known of one order: what `order-analytics` carries and the store keeps.
///
/// `payment` and `fraud`, where there are any, belong to `order.id`.
public struct OrderDocument: Hashable, Sendable {
    /// The data of the order's latest event.
    public var order: Order
    public var payment: Payment?
    /// nil: not flagged.
    public var fraud: FraudAlert?
    /// The log's time of the first event with status CREATED; nil if there was none.
    public var createdSeenAt: Timestamp?
    public var confirmedSeenAt: Timestamp?
    public var cancelledSeenAt: Timestamp?
    /// Grows with every change of the document, 0...2^53-1: of two documents of an order the higher one is the later.
    public var revision: Int64
    /// The log's time of the event that changed it last.
    public var updatedAt: Timestamp

    public init(
        order: Order, payment: Payment? = nil, fraud: FraudAlert? = nil, createdSeenAt: Timestamp? = nil,
        confirmedSeenAt: Timestamp? = nil, cancelledSeenAt: Timestamp? = nil, revision: Int64,
        updatedAt: Timestamp
    ) {
        self.order = order
        self.payment = payment
        self.fraud = fraud
        self.createdSeenAt = createdSeenAt
        self.confirmedSeenAt = confirmedSeenAt
        self.cancelledSeenAt = cancelledSeenAt
        self.revision = revision
        self.updatedAt = updatedAt
    }

    /// When `status` was first seen.
    public func firstSeen(_ status: OrderStatus) -> Timestamp? {
        switch status {
        case .created: createdSeenAt
        case .confirmed: confirmedSeenAt
        case .cancelled: cancelledSeenAt
        }
    }

    /// Notes that `status` was seen at `moment`, unless it was seen before.
    public mutating func noteSeen(_ status: OrderStatus, at moment: Timestamp) {
        switch status {
        case .created: createdSeenAt = createdSeenAt ?? moment
        case .confirmed: confirmedSeenAt = confirmedSeenAt ?? moment
        case .cancelled: cancelledSeenAt = cancelledSeenAt ?? moment
        }
    }
}
