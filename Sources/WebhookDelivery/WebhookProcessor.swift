import Kafka
import Logging
import Metrics
import OrderEvents
import OrderTracing
import StreamProcessing
import Telemetry
import Webhooks

/// Announces what becomes of orders to the endpoints that subscribe to it, and delivers until they have it.
///
/// A document of `order-analytics` says what became of an order. What is new is announced to each endpoint once: the
/// order's ledger on `webhook-deliveries`, which is also the state, knows what was. The first attempt is made with the
/// batch. A delivery that fails waits in the ledger, the batch is committed, and `tick` tries again when it is due. So
/// no order waits for another one's delivery, and no endpoint for another endpoint.
///
/// A crash between an endpoint's answer and the commit makes the attempt again, under the same id.
public final class WebhookProcessor: StreamProcessor {
    public static let definition = TaskDefinition(
        Topology.webhooks, stateOf: LedgerState.ofRecord, maxBatch: 500)

    /// Bounds of a process.
    struct Limits {
        /// Ledgers with deliveries that wait.
        var pending = 100_000
        /// Ledgers of one tick.
        var dueAtOnce = 256
        /// Milliseconds in which attempts of one round begin. With the last one's timeout that is 30 s, far below the
        /// five minutes after which the group gives a member up.
        var round: Int64 = 20_000
    }

    struct Entry {
        var ledger: WebhookLedger
        /// As it stands in the state; nil: there is none.
        var committed: WebhookLedger?
    }

    let endpoints: [WebhookEndpoint]
    let senders: [String: any DeliverySender]
    let schedule: DeliverySchedule
    let limits: Limits
    let logger: Logger
    let metrics = WebhookMetrics()

    /// How each endpoint fares. It outlives rollbacks: it is about the endpoints, not about the batch.
    var standings: [String: EndpointStanding]
    /// What is written down of each endpoint, and what this batch writes.
    var marks: [String: EndpointMark] = [:]
    var written: [String: EndpointMark] = [:]
    /// What was said in an attempt whose batch was rolled back, by endpoint and id.
    var answers: [String: DeliveryAnswer] = [:]
    /// The ledgers that this batch changes.
    var changed: [PendingDeliveries.Place: Entry] = [:]
    var pending = PendingDeliveries()
    /// Whether `pending` lacks what the state has: at the start, and after a change of partitions or a rollback.
    var isIncomplete = true
    /// Ledgers whose deliveries wait for an endpoint that is left alone: due then, without a change of the ledger.
    var postponed: [PendingDeliveries.Place: Int64] = [:]
    /// Spreads the waits.
    var random: any RandomNumberGenerator = SystemRandomNumberGenerator()

    /// - Parameters:
    ///   - endpoints: with names that differ.
    ///   - makeSender: what posts to an endpoint.
    public convenience init(
        endpoints: [WebhookEndpoint], schedule: DeliverySchedule = DeliverySchedule(), logger: Logger,
        makeSender: (WebhookEndpoint) -> (any DeliverySender)? = { WebhookSender($0.url, secrets: $0.secrets) }
    ) {
        self.init(endpoints: endpoints, schedule: schedule, limits: Limits(), logger: logger, makeSender: makeSender)
    }

    init(
        endpoints: [WebhookEndpoint], schedule: DeliverySchedule, limits: Limits, logger: Logger,
        makeSender: (WebhookEndpoint) -> (any DeliverySender)?
    ) {
        self.endpoints = endpoints
        self.schedule = schedule
        self.limits = limits
        self.logger = logger
        senders = endpoints.reduce(into: [:]) { $0[$1.name] = makeSender($1) }
        standings = endpoints.reduce(into: [:]) { $0[$1.name] = EndpointStanding() }
    }

    public nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        try complete(in: context)
        let now = Timestamp(millisecondsSinceEpoch: context.nowMilliseconds)
        let requests = context.topicID(Topics.webhookRequests.name)
        for record in batch {
            if record.topic == requests {
                try takeRequest(record, now: now, in: context)
            } else {
                try announce(record, now: now, in: context)
            }
        }
        try await deliver(in: context)
        try writeMarks(in: context)
    }

    private func announce(_ record: Record, now: Timestamp, in context: any TaskContext) throws {
        let document: OrderDocument
        do {
            guard case .order(let found)? = try Topics.orderAnalytics.value(of: record) else { return }
            document = found
        } catch {
            return context.deadLetter(record, DeadLetterReason(error))
        }
        // One that was moved is read where its copy lies.
        if context.place(of: document.order.id, record, on: Topics.orderAnalytics) == .moved { return }
        let place = PendingDeliveries.Place(
            key: LedgerKey(orderID: document.order.id.rawValue), partition: record.partition)
        let committed = try changed[place].map(\.committed) ?? state(at: place, in: context)
        var ledger = changed[place]?.ledger ?? committed ?? WebhookLedger(of: document.order.id)
        let oldest = now.advanced(byMilliseconds: -schedule.patience)
        guard ledger.announce(document, to: endpoints, now: now, oldest: oldest) else { return }
        ledger.follow(context.trace(of: document.order.id))
        changed[place] = Entry(ledger: ledger, committed: committed)
    }

    func state(at place: PendingDeliveries.Place, in context: any TaskContext) throws -> WebhookLedger? {
        try context.state(LedgerState.self, of: place.key, partition: place.partition)?.ledger
    }

    public func commit() {
        for (place, entry) in changed { pending.set(place, due: entry.ledger.due) }
        for (place, due) in postponed { pending.set(place, due: due) }
        marks.merge(written) { $1 }
        written.removeAll()
        metrics.pending.set(pending.count)
        answers.removeAll()
        changed.removeAll()
        postponed.removeAll()
    }

    public func reset() {
        written.removeAll()
        changed.removeAll()
        postponed.removeAll()
        pending.removeAll()
        isIncomplete = true
    }
}

extension WebhookLedger {
    /// What is announced belongs to this trace from now on; nil: what it belongs to stays.
    mutating func follow(_ trace: CurrentTrace?) {
        guard let trace else { return }
        self.trace = trace.context.fields.reduce(into: [:]) { $0[$1.name] = $1.value }
    }
}

/// What the service counts.
struct WebhookMetrics {
    let delivered = Metric.webhookDeliveries("delivered")
    let failed = Metric.webhookDeliveries("failed")
    let retried = Metric.webhookDeliveries("retried")
    let pending = Metric.webhookOrdersPending()
}
