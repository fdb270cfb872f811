import Webhooks

/// A delivery that is to be attempted.
struct DeliveryJob: Hashable, Sendable {
    /// Where its order's ledger is.
    var ledger: PendingDeliveries.Place
    /// Its place among the deliveries of the ledger.
    var index: Int
    var endpoint: String
    var id: String
    var body: [UInt8]
    /// The headers that carry the trace of its order; nil: it has none.
    var trace: [String: String]?

    /// What an answer is about.
    var question: String { "\(endpoint) \(id)" }
}

/// The attempts of one batch: which is next, for each endpoint as many at once as it bears. Pure.
///
/// Endpoints do not wait for each other. After `end` nothing is begun: what is left waits for a later round.
struct DeliveryRound {
    private var waiting: [String: ArraySlice<DeliveryJob>]
    private var underWay: [String: Int] = [:]
    private let end: Int64

    /// - Parameter end: milliseconds since 1970.
    init(_ jobs: [DeliveryJob], end: Int64) {
        waiting = Dictionary(grouping: jobs, by: \.endpoint).mapValues { $0[...] }
        self.end = end
    }

    /// What may be begun now.
    mutating func begin(_ standings: [String: EndpointStanding], at now: Int64) -> [DeliveryJob] {
        guard now < end else { return [] }
        var jobs: [DeliveryJob] = []
        for name in waiting.keys.sorted() {
            let free = (standings[name]?.allowance(at: now) ?? 0) - underWay[name, default: 0]
            let next = waiting[name]!.prefix(max(free, 0))
            waiting[name]!.removeFirst(next.count)
            underWay[name, default: 0] += next.count
            jobs += next
        }
        return jobs
    }

    mutating func finished(_ job: DeliveryJob) { underWay[job.endpoint, default: 0] -= 1 }
}
