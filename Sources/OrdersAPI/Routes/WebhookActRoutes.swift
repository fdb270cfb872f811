import APIAccess
import Hummingbird
import OrderEvents
import Webhooks

/// What an operator asks of the webhooks service. The answer says that the request is on the log.
extension APIRoutes {
    var redeliver: Route {
        Route(
            Endpoint(
                method: .post, path: "/api/webhooks/deliveries/{webhook_id}/redeliver", access: .scope(.operate),
                summary:
                    "Posts an event again, with the order as it stands now: to each endpoint that subscribes, or one",
                parameters: [
                    ParameterSpec(
                        name: "webhook_id", location: .path, schema: .text(maximumBytes: 80, form: "a webhook-id"),
                        description: "Its id, such as msg_123_order_paid"),
                    DeliveryParameters.target.spec,
                ],
                responses: [
                    .json(.accepted, "Redelivery"), .problem(.badRequest), .problem(.notFound),
                    .problem(.serviceUnavailable),
                ])
        ) { _, context, values in
            let text = context.parameters.get("webhook_id") ?? ""
            guard let (id, outcome) = OrderOutcome.parse(messageID: text) else {
                throw Problem.notFound("\"\(text.prefix(80))\" is no id of an event, such as msg_123_order_paid")
            }
            let endpoint = try values.value(DeliveryParameters.target)
            guard let document = try await store.order(id) else { throw Problem.notFound("There is no order \(id)") }
            guard let redelivery = WebhookRequest.Redelivery(outcome, of: document, to: endpoint) else {
                throw Problem.notFound("Of order \(id) there is no event \(outcome.rawValue)")
            }
            try await webhooks().redeliver(redelivery)
            return .json(.accepted) { json in
                json.member("id", redelivery.event.id)
                json.member("order_id", id.rawValue)
                if let endpoint { json.member("endpoint", endpoint) }
            }
        }
    }

    var enableEndpoint: Route {
        Route(
            Endpoint(
                method: .post, path: "/api/webhooks/endpoints/{name}/enable", access: .scope(.operate),
                summary: "Has an endpoint used again that was disabled",
                parameters: [
                    ParameterSpec(
                        name: "name", location: .path, schema: .text(maximumBytes: 40, form: "an endpoint's name"),
                        description: "The endpoint's name in the file of endpoints")
                ],
                responses: [.json(.accepted, "EnabledEndpoint"), .problem(.notFound), .problem(.serviceUnavailable)])
        ) { _, context, _ in
            let name = context.parameters.get("name") ?? ""
            guard WebhookEndpoint.isName(name) else {
                throw Problem.notFound("\"\(name.prefix(40))\" cannot be an endpoint's name")
            }
            try await webhooks().enable(name)
            return .json(.accepted) { $0.member("endpoint", name) }
        }
    }

    private func webhooks() throws -> any WebhookActs {
        guard let webhookActs else {
            throw Problem.unavailable(
                "webhook-requests-unavailable", "This process does not reach the webhooks service",
                retryAfterSeconds: 30)
        }
        return webhookActs
    }
}
