import OrderEvents

/// An order with a new record, until all that must follow from it is there and agrees.
struct OpenOrder: Sendable {
    let id: OrderID
    let partition: Int32
    /// What its events since the tail began say.
    var history = OrderHistory()
    /// Its latest document on order-analytics since the tail began.
    var document: OrderDocument?
    /// The first of these documents: an order that began while the tail was followed has one of revision 1.
    var firstRevision: Int64?
    var firstDocumentOffset: Int64 = -1
    /// The highest offset of each topic that it was seen at; -1: none.
    private var last: (orders: Int64, payments: Int64, alerts: Int64, analytics: Int64) = (-1, -1, -1, -1)
    var firstPaymentOffset: Int64 = .max
    var firstAlertOffset: Int64 = .max
    /// A service set something of it aside: what follows is not known here.
    var isExcused = false
    /// The store's revision at a look that could not be judged yet.
    var unjudged: Int64?
    /// When it was opened, wall clock.
    let openedAt: Timestamp

    /// What one takes in memory, its share of a hash table that may be half empty included.
    static let bytes = (MemoryLayout<OpenOrder>.stride + MemoryLayout<OrderID>.stride) * 2

    init(id: OrderID, partition: Int32, at moment: Timestamp) {
        self.id = id
        self.partition = partition
        openedAt = moment
    }

    mutating func note(_ topic: FlowTopic, _ offset: Int64) {
        switch topic {
        case .orders: last.orders = max(last.orders, offset)
        case .payments:
            last.payments = max(last.payments, offset)
            firstPaymentOffset = min(firstPaymentOffset, offset)
        case .fraudAlerts:
            last.alerts = max(last.alerts, offset)
            firstAlertOffset = min(firstAlertOffset, offset)
        case .orderAnalytics: last.analytics = max(last.analytics, offset)
        }
    }

    var hasEvent: Bool { last.orders >= 0 }
    var hasPayment: Bool { last.payments >= 0 }
    var hasAlert: Bool { last.alerts >= 0 }

    /// Whether every service has committed all that was seen of it: then all that follows has been written.
    func isDue(_ progress: PartitionProgress) -> Bool {
        progress.covers(.fraud, last.orders) && progress.covers(.payments, last.orders)
            && progress.covers(.analyticsOrders, last.orders)
            && progress.covers(.analyticsPayments, last.payments) && progress.covers(.analyticsAlerts, last.alerts)
            && progress.covers(.sink, last.analytics)
    }
}
