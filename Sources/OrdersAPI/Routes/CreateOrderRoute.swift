import APIAccess
import HTTPTypes
import Hummingbird
import NIOCore
import OrderEvents

extension APIRoutes {
    var createOrder: Route {
        Route(
            Endpoint(
                method: .post, path: "/api/orders", access: .scope(.write),
                summary:
                    "Places an order; answered once the log has it. order_id, status and created_at may be left out",
                parameters: [
                    ParameterSpec(
                        name: "Idempotency-Key", location: .header,
                        schema: .text(maximumBytes: 255, form: "1 to 255 visible ASCII characters"),
                        description:
                            "Makes it safe to send the same order again: it is placed once, and answered the same")
                ],
                requestBody: .init(
                    contentType: "application/json", schema: "OrderDraft", maximumBytes: OrderIntake.maximumBodyBytes),
                responses: [
                    .json(.accepted, "OrderAccepted"), .problem(.badRequest), .problem(.conflict),
                    .problem(.contentTooLarge),
                    .problem(.unsupportedMediaType), .problem(.unprocessableContent), .problem(.serviceUnavailable),
                ])
        ) { request, context, _ in
            try Self.requireJSON(request.headers[.contentType])
            let key = try request.headers[.idempotencyKey].map { try IdempotencyKey(header: $0) }
            let body = try await RequestBodyReader.body(
                of: request, on: context.channel, upTo: OrderIntake.maximumBodyBytes)
            let draft = try OrderIntake.draft(from: body, now: now())
            let accepted = try await intake.accept(draft, key: key, logger: context.logger)
            return response(for: accepted)
        }
    }

    private func response(for accepted: OrderIntake.Accepted) -> Response {
        var headers: HTTPFields = [.location: "/api/orders/\(accepted.orderID)"]
        if accepted.isReplay { headers[.idempotencyReplayed] = "true" }
        return .json(.accepted, headers: headers, capacity: 256) { json in
            json.member("order_id", accepted.orderID.rawValue)
            json.member("status", "\(accepted.status.wireName)")
            json.member("topic", intake.log.topic)
            // null where it is not known: acknowledged with the answer lost, or a repetition long after.
            json.key("partition")
            if let receipt = accepted.receipt { json.value(Int64(receipt.partition)) } else { json.null() }
            json.key("offset")
            if let offset = accepted.receipt?.offset { json.value(offset) } else { json.null() }
        }
    }

    /// `application/json`, and UTF-8 if a charset is named.
    static func requireJSON(_ contentType: String?) throws(Problem) {
        let parts = (contentType ?? "").lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
        guard parts.first == "application/json" else { throw .unsupportedMediaType(contentType) }
        let charset = parts.dropFirst().first { $0.hasPrefix("charset=") }?.dropFirst("charset=".count)
        guard charset == nil || charset == "utf-8" || charset == "\"utf-8\"" else {
            throw .unsupportedMediaType(contentType)
        }
    }
}
