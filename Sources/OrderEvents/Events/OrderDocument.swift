/// Everything that is known of one order: what `order-analytics` carries and the store keeps.
///
/// `payment` and `fraud`, where there are any, belong to `order.id`.
public struct OrderDocument: Hashable, Sendable {
    /// What the first event fixed, with the furthest status.
    public var order: Order
    /// nil: not charged yet.
    public var payment: Payment?
    /// nil: not flagged.
    public var fraud: FraudAlert?
    /// The log's time of the first event with status CREATED; nil if there was none.
    public var createdSeenAt: Timestamp?
    /// When the log took its first CONFIRMED event.
    public var confirmedSeenAt: Timestamp?
    /// When the log took its first CANCELLED event.
    public var cancelledSeenAt: Timestamp?
    /// nil: no event contradicted the first.
    public var conflicts: OrderConflicts?
    /// Grows with every change of the document, 0...2^53-1: of two documents of an order the higher one is the later.
    public var revision: Int64
    /// The log's time of the event that changed it last.
    public var updatedAt: Timestamp

    /// A document from its parts.
    public init(
        order: Order, payment: Payment? = nil, fraud: FraudAlert? = nil, createdSeenAt: Timestamp? = nil,
        confirmedSeenAt: Timestamp? = nil, cancelledSeenAt: Timestamp? = nil, conflicts: OrderConflicts? = nil,
        revision: Int64, updatedAt: Timestamp
    ) {
        self.order = order
        self.payment = payment
        self.fraud = fraud
        self.createdSeenAt = createdSeenAt
        self.confirmedSeenAt = confirmedSeenAt
        self.cancelledSeenAt = cancelledSeenAt
        self.conflicts = conflicts
        self.revision = revision
        self.updatedAt = updatedAt
    }

    /// Whether an event of the order was seen. Until then its data are those of a payment or an alert, which came
    /// first.
    public var hasEvent: Bool { createdSeenAt != nil || confirmedSeenAt != nil || cancelledSeenAt != nil }

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
