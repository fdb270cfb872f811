import OrderEvents

/// Reconciles what the topics and the store hold. Pure: events and documents go in, findings come out.
///
/// It trusts nothing that the services computed: verdicts, sums and statuses are worked out again from the events.
/// What a service has not committed yet is no finding; it is counted as pending.
///
/// Add what is downstream first (the store, then order-analytics, then payments and alerts, then orders), with what the
/// groups had committed before all that: then everything downstream has its cause in what was added, also while orders flow.
public struct Audit: Sendable {
    /// What the events say about one order.
    struct Entry: Sendable {
        /// The partition of its document on order-analytics.
        var documentPartition: Int32 = 0
        /// An event of it stands on the orders topic.
        var isKnown = false
        var status: OrderStatus = .created
        /// Its first event that is not a cancellation: the one that is charged.
        var charge: Money?
        /// Charged by payments, as far as the group has committed.
        var isChargeDue = false
        /// Some event of it breaks the rule, as far as the group has committed.
        var isFlagDue = false
        /// Some event of it breaks the rule.
        var isFlaggable = false
        /// The topics hold something of it that analytics has not committed.
        var hasUnjoined = false
        var payments = 0
        var paidAmount: Money?
        var paymentStatus: PaymentStatus?
        var alerts = 0
        var document: OrderDocument?
        /// The sink has committed its latest document.
        var isStoreDue = false
        var stored: OrderDocument?
    }

    /// The numbers of a report.
    public struct Counts: Codable, Sendable {
        public var orders = 0
        public var orderEvents = 0
        public var payments = 0
        public var fraudAlerts = 0
        public var documents = 0
        public var storedDocuments = 0
        public var aggregates = 0
        public var deadLetters = 0
        public var unreadable = 0
        public var pending = 0
    }

    var entries: [OrderID: Entry] = [:]
    var aggregates: [AggregateKey: Aggregate] = [:]
    /// Whether the sink has committed an aggregate's latest record.
    var aggregatesDue: [AggregateKey: Bool] = [:]
    var storedAggregates: [AggregateKey: Aggregate] = [:]
    /// The log was cut by retention: older orders may be unknown to it.
    public var isLogComplete = true
    public private(set) var counts = Counts()
    private(set) var findings: [Finding] = []
    private var findingCount = 0
    /// Findings that are kept in words; the rest is only counted.
    private let kept = 100

    public init() {}

    mutating func find(_ kind: Finding.Kind, _ subject: String, _ detail: String) {
        findingCount += 1
        if findings.count < kept { findings.append(Finding(kind: kind, subject: subject, detail: detail)) }
    }

    // MARK: what the topics hold

    /// An order event. `judged`, `charged`, `joined`: whether each group's committed offset is past it.
    public mutating func add(_ order: Order, judged: Bool, charged: Bool, joined: Bool) {
        counts.orderEvents += 1
        let breaksRule = FraudRule.builtIn.verdict(on: order) != nil
        update(order.id) { entry in
            entry.hasUnjoined = entry.hasUnjoined || !joined
            if !entry.isKnown || order.status.rawValue > entry.status.rawValue { entry.status = order.status }
            entry.isKnown = true
            if order.status != .cancelled, entry.charge == nil {
                entry.charge = order.amount
                entry.isChargeDue = charged
            }
            entry.isFlaggable = entry.isFlaggable || breaksRule
            entry.isFlagDue = entry.isFlagDue || (breaksRule && judged)
        }
    }

    public mutating func add(_ payment: Payment, joined: Bool) {
        counts.payments += 1
        update(payment.orderID) { entry in
            if payment.status != .refunded { entry.payments += 1 }
            entry.paymentStatus = payment.status
            entry.paidAmount = payment.amount
            entry.hasUnjoined = entry.hasUnjoined || !joined
        }
    }

    public mutating func add(_ alert: FraudAlert, joined: Bool) {
        counts.fraudAlerts += 1
        update(alert.orderID) { entry in
            entry.alerts += 1
            entry.hasUnjoined = entry.hasUnjoined || !joined
        }
    }

    /// A record of order-analytics; a later one of the same key replaces it. `isStored`: the sink has committed it.
    public mutating func add(_ event: AnalyticsEvent, partition: Int32, isStored: Bool) {
        switch event {
        case .order(let document):
            update(document.order.id) { entry in
                entry.document = document
                entry.documentPartition = partition
                entry.isStoreDue = isStored
            }
        case .aggregate(let aggregate):
            aggregates[AggregateKey(aggregate)] = aggregate
            aggregatesDue[AggregateKey(aggregate)] = isStored
        }
    }

    mutating func noteAggregates(_ count: Int) { counts.aggregates = count }
    public mutating func addUnreadable() { counts.unreadable += 1 }
    public mutating func addDeadLetters(_ count: Int) { counts.deadLetters += count }

    // MARK: what the store holds

    /// A document of the store.
    public mutating func addStored(_ document: OrderDocument) {
        counts.storedDocuments += 1
        update(document.order.id) { $0.stored = document }
    }

    public mutating func addStored(_ aggregate: Aggregate) { storedAggregates[AggregateKey(aggregate)] = aggregate }

    private mutating func update(_ id: OrderID, _ change: (inout Entry) -> Void) { change(&entries[id, default: Entry()]) }

    // MARK: the verdict

    /// Checks everything that was added.
    public mutating func report() -> AuditReport {
        counts.orders = entries.values.count { $0.isKnown }
        for (id, entry) in entries { check(id, entry) }
        checkAggregates()
        return AuditReport(
            counts: counts, findingCount: findingCount,
            findings: findings.sorted { ($0.kind.rawValue, $0.subject) < ($1.kind.rawValue, $1.subject) })
    }

    private mutating func check(_ id: OrderID, _ entry: Entry) {
        let name = "order \(id)"
        if entry.document != nil { counts.documents += 1 }
        checkStored(name, entry)
        guard entry.isKnown else {
            if isLogComplete {
                if entry.payments > 0 { find(.payment, name, "has a payment, but no event on the orders topic") }
                if entry.alerts > 0 { find(.fraud, name, "has a fraud alert, but no event on the orders topic") }
                if entry.document != nil { find(.document, name, "has a document, but no event on the orders topic") }
            }
            return
        }
        var isPending = entry.hasUnjoined || (entry.document != nil && !entry.isStoreDue)
        // Payments
        if entry.payments > 1 { find(.payment, name, "has \(entry.payments) payment outcomes instead of one") }
        if let charge = entry.charge {
            if entry.payments == 0 {
                if entry.isChargeDue { find(.payment, name, "has no payment outcome") } else { isPending = true }
            } else if entry.payments == 1, entry.paidAmount != charge {
                find(.payment, name, "was charged \(entry.paidAmount.map(\.description) ?? "?") instead of \(charge)")
            }
        } else if entry.payments > 0 {
            find(.payment, name, "was charged although it was never more than CANCELLED")
        }
        // Fraud
        if entry.alerts > 1 { find(.fraud, name, "has \(entry.alerts) fraud alerts instead of one") }
        if entry.alerts == 0, entry.isFlagDue { find(.fraud, name, "breaks the rule and has no fraud alert") }
        if entry.alerts > 0, !entry.isFlaggable { find(.fraud, name, "has a fraud alert, but breaks no rule") }
        // Document
        if !entry.hasUnjoined { checkDocument(name, entry) }
        if isPending { counts.pending += 1 }
    }

    private mutating func checkStored(_ name: String, _ entry: Entry) {
        guard let document = entry.document else {
            if entry.stored != nil, isLogComplete { find(.store, name, "is in the store, but order-analytics has no document of it") }
            return
        }
        guard let stored = entry.stored else {
            if entry.isStoreDue { find(.store, name, "is on order-analytics, but not in the store") }
            return
        }
        if stored.revision > document.revision || (entry.isStoreDue && stored.revision < document.revision) {
            find(.store, name, "is at revision \(stored.revision) in the store, \(document.revision) on order-analytics")
        } else if stored.revision == document.revision, stored != document {
            find(.store, name, "revision \(document.revision) differs between the store and order-analytics")
        }
    }

    private mutating func checkDocument(_ name: String, _ entry: Entry) {
        guard let document = entry.document else {
            find(.document, name, "has no document on order-analytics")
            return
        }
        if document.order.status.rawValue < entry.status.rawValue {
            find(.document, name, "is shown as \(document.order.status), but became \(entry.status)")
        }
        if document.payment?.status != entry.paymentStatus {
            find(.document, name, "is shown with payment \(document.payment.map { "\($0.status)" } ?? "none") instead of \(entry.paymentStatus.map { "\($0)" } ?? "none")")
        }
        if (document.fraud != nil) != (entry.alerts > 0) {
            find(.document, name, "is shown as \(document.fraud == nil ? "not flagged" : "flagged"), but has \(entry.alerts) fraud alerts")
        }
    }
}
