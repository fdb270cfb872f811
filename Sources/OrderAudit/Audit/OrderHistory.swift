import OrderEvents

/// What the events of one order say, worked out apart from the services: which document they make, what had to be
/// charged, whether it had to be flagged. Pure.
///
/// Events are taken in the order of their partition. An event that a service set aside is left out for that service
/// only.
struct OrderHistory: Sendable {
    /// What of an event its payment and its alert repeat.
    struct Terms: Hashable, Sendable {
        var customerID: Int64
        var amount: Money
        var country: CountryCode
    }

    /// The first event, with the furthest status of those that do not contradict it.
    private(set) var order: Order?
    /// Whether its `created_at` is not the client's.
    private(set) var isTimeAssigned = false
    /// Those that do.
    private(set) var conflicts: OrderConflicts?
    private(set) var createdSeenAt: Timestamp?
    private(set) var confirmedSeenAt: Timestamp?
    private(set) var cancelledSeenAt: Timestamp?
    /// Of the first event that is no cancellation, and contradicts none before it: what is to be charged.
    private(set) var charge: Terms?
    /// Of the first event, if it breaks the rule: what the alert is to say.
    private(set) var suspicion: Terms?
    /// What the first event that payments took has fixed.
    private var chargeable: OrderTerms?
    private var isJudged = false
    /// Payment outcomes, which are not refunds.
    private(set) var outcomes = 0
    private(set) var outcome: Terms?
    /// The latest payment event, a refund too.
    private(set) var payment: Payment?
    private(set) var alerts = 0
    /// The first.
    private(set) var alert: FraudAlert?

    // MARK: events

    /// The event as analytics joins it. Returns whether it agrees with the first.
    @discardableResult
    mutating func join(_ event: Order, seenAt: Timestamp, isTimeAssigned: Bool = false) -> Bool {
        if let first = order {
            guard first.terms.differences(to: event, isTimeAssigned: { isTimeAssigned }).isEmpty else {
                conflicts = OrderConflicts(
                    count: (conflicts?.count ?? 0) + 1, status: event.status, terms: event.terms, seenAt: seenAt)
                return false
            }
            if event.status.rawValue > first.status.rawValue { order?.status = event.status }
        } else {
            order = event
            self.isTimeAssigned = isTimeAssigned
        }
        switch event.status {
        case .created: createdSeenAt = createdSeenAt ?? seenAt
        case .confirmed: confirmedSeenAt = confirmedSeenAt ?? seenAt
        case .cancelled: cancelledSeenAt = cancelledSeenAt ?? seenAt
        }
        return true
    }

    /// The event as payments reads it. Returns whether it is the one that is charged.
    mutating func charge(_ event: Order, isTimeAssigned: Bool = false) -> Bool {
        guard charge == nil else { return false }
        if let chargeable {
            guard chargeable.differences(to: event, isTimeAssigned: { isTimeAssigned }).isEmpty else { return false }
        } else {
            chargeable = event.terms
        }
        guard event.status != .cancelled else { return false }
        charge = Terms(event)
        return true
    }

    /// The event as payments reads it, where the processor refuses to charge it: it fixes all the same what may be
    /// charged later.
    mutating func noteRefused(_ event: Order) { chargeable = chargeable ?? event.terms }

    /// The event as fraud reads it: the first alone counts. Returns whether that breaks the rule.
    mutating func judge(_ event: Order) -> Bool {
        guard !isJudged else { return false }
        isJudged = true
        guard FraudRule.builtIn.verdict(on: event) != nil else { return false }
        suspicion = Terms(event)
        return true
    }

    /// - Parameter joins: false where analytics set it aside.
    mutating func take(_ event: Payment, joins: Bool = true) {
        if event.status != .refunded {
            outcomes += 1
            outcome = Terms(event)
        }
        if joins { payment = event }
    }

    mutating func take(_ event: FraudAlert, joins: Bool = true) {
        alerts += 1
        if joins { alert = alert ?? event }
    }

    /// An outcome that is known from before.
    mutating func noteEarlierOutcome() { outcomes += 1 }
    mutating func noteEarlierAlert() { alerts += 1 }

    // MARK: what follows

    /// The document that analytics must have made; revision and time of change are not derivable and are the given
    /// one's.
    func document(like given: OrderDocument) -> OrderDocument? {
        guard let order else { return nil }
        return OrderDocument(
            order: order, payment: payment, fraud: alert, createdSeenAt: createdSeenAt,
            confirmedSeenAt: confirmedSeenAt,
            cancelledSeenAt: cancelledSeenAt, conflicts: conflicts, revision: given.revision, updatedAt: given.updatedAt
        )
    }

    func firstSeen(_ status: OrderStatus) -> Timestamp? {
        switch status {
        case .created: createdSeenAt
        case .confirmed: confirmedSeenAt
        case .cancelled: cancelledSeenAt
        }
    }

    /// When its first event was seen.
    var firstSeen: Timestamp? { [createdSeenAt, confirmedSeenAt, cancelledSeenAt].lazy.compactMap(\.self).min() }
}

extension OrderHistory.Terms: CustomStringConvertible {
    init(_ order: Order) { self.init(customerID: order.customerID, amount: order.amount, country: order.country) }
    init(_ payment: Payment) {
        self.init(customerID: payment.customerID, amount: payment.amount, country: payment.country)
    }
    init(_ alert: FraudAlert) { self.init(customerID: alert.customerID, amount: alert.amount, country: alert.country) }

    var description: String { "\(amount) \(amount.currency) of customer \(customerID) in \(country)" }
}
