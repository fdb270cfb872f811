import APIAccess
import Hummingbird
import OrderEvents
import Webhooks

/// The query parameters of the log of deliveries.
enum DeliveryParameters {
    static let endpoint = QueryParameter(
        "endpoint", .text(maximumBytes: 40, form: "a name of at most 40 bytes"), "Only deliveries to this endpoint"
    ) { $0 }
    static let target = QueryParameter<String>(
        "endpoint", .text(maximumBytes: 40, form: "an endpoint's name"), "Only to this endpoint, subscribed or not"
    ) { WebhookEndpoint.isName($0) ? $0 : nil }
    static let state = QueryParameter<WebhookLedger.Delivery.State>.choice(
        "state", WebhookLedger.Delivery.State.allCases.map { ($0.rawValue, $0) }, "Only deliveries in this state")
    static let type = QueryParameter<OrderOutcome>.choice(
        "type", OrderOutcome.allCases.map { ($0.rawValue, $0) }, "Only deliveries of this outcome")
    static let order = QueryParameter<Int64>(
        "order_id", .integer(1...OrderID.maximum), "Only deliveries about this order"
    ) { Int64($0).flatMap { (1...OrderID.maximum).contains($0) ? $0 : nil } }

    static var all: [ParameterSpec] { [endpoint.spec, state.spec, type.spec, order.spec, PageParameters.limit.spec] }
}

/// One line of the log of deliveries.
struct DeliveryLine: Sendable {
    let orderID: Int64
    let event: WebhookLedger.Event
    let delivery: WebhookLedger.Delivery

    var at: Timestamp { delivery.attemptedAt ?? delivery.createdAt }

    /// The latest first.
    static func lines(of ledgers: [WebhookLedger]) -> [DeliveryLine] {
        ledgers.flatMap { ledger in
            ledger.deliveries.compactMap { delivery in
                ledger.event(of: delivery).map { DeliveryLine(orderID: ledger.orderID, event: $0, delivery: delivery) }
            }
        }.sorted { ($1.at, $0.event.id, $0.delivery.endpoint) < ($0.at, $1.event.id, $1.delivery.endpoint) }
    }
}

extension APIRoutes {
    var listDeliveries: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/webhooks/deliveries", access: .scope(.operate),
                summary: "What was posted to the endpoints of webhooks, the latest first; the last few thousand",
                parameters: DeliveryParameters.all,
                responses: [.json("DeliveryList"), .problem(.badRequest), .problem(.serviceUnavailable)])
        ) { _, _, values in
            let (endpoint, state) = (
                try values.value(DeliveryParameters.endpoint), try values.value(DeliveryParameters.state)
            )
            let (type, order) = (try values.value(DeliveryParameters.type), try values.value(DeliveryParameters.order))
            let limit = try values.value(PageParameters.limit) ?? PageParameters.defaultLimit
            let excerpt = try await deliveries.newest()
            let lines = DeliveryLine.lines(of: excerpt.ledgers).filter { line in
                (endpoint == nil || line.delivery.endpoint == endpoint)
                    && (state == nil || line.delivery.state == state) && (type == nil || line.event.type == type)
                    && (order == nil || line.orderID == order)
            }
            return .json { json in
                json.array("deliveries", lines.prefix(limit)) { json, line in json.delivery(line) }
                json.member("complete", excerpt.isComplete && lines.count <= limit)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func delivery(_ line: DeliveryLine) {
        let delivery = line.delivery
        object { json in
            json.member("id", line.event.id)
            json.member("endpoint", delivery.endpoint)
            json.member("type", line.event.type.rawValue)
            json.member("order_id", line.orderID)
            json.member("occurred_at", line.event.occurredAt)
            json.member("state", delivery.state.rawValue)
            json.member("attempts", delivery.attempts)
            json.member("created_at", delivery.createdAt)
            if let at = delivery.attemptedAt { json.member("attempted_at", at) }
            if let at = delivery.nextAttemptAt { json.member("next_attempt_at", at) }
            if let status = delivery.status { json.member("status", status) }
            if let detail = delivery.detail { json.member("detail", detail) }
        }
    }
}
