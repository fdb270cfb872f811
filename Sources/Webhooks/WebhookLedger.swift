import OrderEvents

/// What was announced of one order, and what became of each delivery: the newest record under the order's key on
/// `webhook-deliveries`.
public struct WebhookLedger: Codable, Hashable, Sendable {
    /// Something that became of the order.
    public struct Event: Codable, Hashable, Sendable {
        public var id: String
        public var type: OrderOutcome
        public var occurredAt: Timestamp
        /// What is posted; only while a delivery waits.
        public var payload: String?

        private enum CodingKeys: String, CodingKey {
            case id, type, payload
            case occurredAt = "occurred_at"
        }
    }

    /// One event on its way to one endpoint.
    public struct Delivery: Codable, Hashable, Sendable {
        public enum State: String, Codable, CaseIterable, Sendable {
            case pending, delivered, failed
        }

        public var endpoint: String
        /// The event's id.
        public var event: String
        public var state: State
        public var attempts: Int
        public var createdAt: Timestamp
        public var attemptedAt: Timestamp?
        /// Only while it waits.
        public var nextAttemptAt: Timestamp?
        /// The endpoint's last HTTP status.
        public var status: Int?
        /// Why it did not succeed.
        public var detail: String?

        private enum CodingKeys: String, CodingKey {
            case endpoint, event, state, attempts, status, detail
            case createdAt = "created_at"
            case attemptedAt = "attempted_at"
            case nextAttemptAt = "next_attempt_at"
        }
    }

    public let orderID: Int64
    public private(set) var events: [Event] = []
    public private(set) var deliveries: [Delivery] = []
    /// The headers that carry the trace of what was announced last; only while a delivery waits, and where it has one.
    public var trace: [String: String]?

    /// Nothing was announced yet.
    public init(of order: OrderID) { orderID = order.rawValue }

    private enum CodingKeys: String, CodingKey {
        case events, deliveries, trace
        case orderID = "order_id"
    }

    /// The event of a delivery.
    public func event(of delivery: Delivery) -> Event? { events.first { $0.id == delivery.event } }

    /// When the first of its deliveries is due, milliseconds since 1970; nil: none waits.
    public var due: Int64? {
        deliveries.compactMap { $0.state == .pending ? $0.nextAttemptAt?.millisecondsSinceEpoch ?? 0 : nil }.min()
    }
}

extension WebhookLedger {
    /// Notes what has become of the order since, for those that subscribe to it.
    ///
    /// - Parameter oldest: what became of it before is not announced any more.
    /// - Returns: whether anything was.
    public mutating func announce(
        _ document: OrderDocument, to endpoints: [WebhookEndpoint], now: Timestamp, oldest: Timestamp
    ) -> Bool {
        var isNew = false
        for outcome in OrderOutcome.allCases {
            guard let moment = outcome.moment(in: document), moment >= oldest else { continue }
            let id = outcome.messageID(of: document.order.id)
            for endpoint in endpoints where endpoint.outcomes.contains(outcome) {
                if deliveries.contains(where: { $0.event == id && $0.endpoint == endpoint.name }) { continue }
                note(outcome, id, at: moment, document)
                deliveries.append(
                    Delivery(
                        endpoint: endpoint.name, event: id, state: .pending, attempts: 0, createdAt: now,
                        nextAttemptAt: now))
                isNew = true
            }
        }
        return isNew
    }

    private mutating func note(_ outcome: OrderOutcome, _ id: String, at moment: Timestamp, _ document: OrderDocument) {
        let payload = String(decoding: outcome.payload(of: document, at: moment), as: UTF8.self)
        if let place = events.firstIndex(where: { $0.id == id }) {
            // A body that is on its way stays as it is.
            if events[place].payload == nil { events[place].payload = payload }
        } else {
            events.append(Event(id: id, type: outcome, occurredAt: moment, payload: payload))
        }
    }

    /// Has an event delivered again to these endpoints, or for the first time. What waits already stays as it is.
    ///
    /// - Parameter event: with the body to post.
    public mutating func redeliver(_ event: Event, to endpoints: [String], now: Timestamp) {
        for endpoint in endpoints {
            let delivery = Delivery(
                endpoint: endpoint, event: event.id, state: .pending, attempts: 0, createdAt: now, nextAttemptAt: now)
            guard let place = deliveries.firstIndex(where: { $0.event == event.id && $0.endpoint == endpoint }) else {
                deliveries.append(delivery)
                continue
            }
            if deliveries[place].state != .pending { deliveries[place] = delivery }
        }
        guard deliveries.contains(where: { $0.event == event.id && $0.state == .pending }) else { return }
        if let place = events.firstIndex(where: { $0.id == event.id }) {
            // A body that is on its way stays as it is.
            if events[place].payload == nil { events[place].payload = event.payload }
        } else {
            events.append(event)
        }
    }

    /// Notes what an endpoint said to an attempt.
    public mutating func note(
        _ answer: DeliveryAnswer, at place: Int, now: Timestamp, schedule: DeliverySchedule,
        using random: inout some RandomNumberGenerator
    ) {
        deliveries[place].attempts += 1
        deliveries[place].attemptedAt = now
        switch answer {
        case .delivered(let status):
            deliveries[place].status = status
            end(place, .delivered, nil)
        case .refused(let status):
            deliveries[place].status = status
            end(place, .failed, "the endpoint answered \(status): it does not take this body")
        case .gone:
            deliveries[place].status = 410
            end(place, .failed, "the endpoint answered 410: it wants no more deliveries")
        case .failed(let status, let detail, let retryAfter):
            deliveries[place].status = status
            let age = now.millisecondsSinceEpoch - deliveries[place].createdAt.millisecondsSinceEpoch
            if age >= schedule.patience { return end(place, .failed, detail + "; given up") }
            let wait = max(
                schedule.wait(after: deliveries[place].attempts, using: &random), Int64(retryAfter ?? 0) * 1_000)
            deliveries[place].detail = detail
            deliveries[place].nextAttemptAt = now.advanced(byMilliseconds: wait)
        }
    }

    /// Gives a delivery up without an attempt.
    public mutating func giveUp(_ place: Int, because detail: String) { end(place, .failed, detail) }

    private mutating func end(_ place: Int, _ state: Delivery.State, _ detail: String?) {
        deliveries[place].state = state
        deliveries[place].detail = detail
        deliveries[place].nextAttemptAt = nil
        if due == nil { trace = nil }
        let event = deliveries[place].event
        if deliveries.contains(where: { $0.event == event && $0.state == .pending }) { return }
        if let index = events.firstIndex(where: { $0.id == event }) { events[index].payload = nil }
    }
}

extension WebhookLedger: CodableEvent {
    public static let meaning = "record of webhook deliveries"

    /// `order-123`. It is no order id, so a move of homes leaves it where it is: what waits there is delivered from
    /// there.
    public func appendKey(to bytes: inout JSONBytes) {
        bytes.append("order-")
        bytes.append(integer: orderID)
    }
}

extension Topics {
    /// What was announced of each order to whom, and what became of it.
    public static let webhookDeliveries = Topic<WebhookLedger>(name: webhookDeliveriesName)
}
