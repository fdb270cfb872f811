import OrderEvents

/// What a person asks of the webhooks service: a record on `webhook-requests`.
public enum WebhookRequest: Hashable, Sendable {
    /// An event is to be posted again.
    case redeliver(Redelivery)
    /// An endpoint that was disabled is to be used again. Each home gets the request.
    case enable(endpoint: String)

    /// Which event, and to whom. It lies in the home of its order.
    public struct Redelivery: Codable, Hashable, Sendable {
        public let orderID: OrderID
        /// With the body that is posted: the order as it stood when it was asked for.
        public let event: WebhookLedger.Event
        /// nil: each endpoint that subscribes to the outcome.
        public let endpoint: String?

        /// nil: the order has not had this outcome.
        public init?(_ outcome: OrderOutcome, of document: OrderDocument, to endpoint: String?) {
            guard let moment = outcome.moment(in: document) else { return nil }
            orderID = document.order.id
            event = WebhookLedger.Event(
                id: outcome.messageID(of: orderID), type: outcome, occurredAt: moment,
                payload: String(decoding: outcome.payload(of: document, at: moment), as: UTF8.self))
            self.endpoint = endpoint
        }

        private enum CodingKeys: String, CodingKey {
            case event, endpoint
            case orderID = "order_id"
        }
    }
}

extension WebhookRequest: CodableEvent {
    public static let meaning = "request to the webhooks service"

    private enum CodingKeys: String, CodingKey { case redeliver, enable }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        if let redelivery = try fields.decodeIfPresent(Redelivery.self, forKey: .redeliver) {
            self = .redeliver(redelivery)
        } else {
            self = .enable(endpoint: try fields.decode(String.self, forKey: .enable))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .redeliver(let redelivery): try fields.encode(redelivery, forKey: .redeliver)
        case .enable(let endpoint): try fields.encode(endpoint, forKey: .enable)
        }
    }

    /// As that of the record on `webhook-deliveries` which it changes.
    public func appendKey(to bytes: inout JSONBytes) {
        switch self {
        case .redeliver(let redelivery): WebhookLedger(of: redelivery.orderID).appendKey(to: &bytes)
        case .enable(let endpoint): bytes.append(contentsOf: "endpoint-\(endpoint)".utf8)
        }
    }
}

extension Topics {
    /// What people ask of the webhooks service.
    public static let webhookRequests = Topic<WebhookRequest>(name: webhookRequestsName)
}
