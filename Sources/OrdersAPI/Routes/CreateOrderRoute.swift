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
                    "Places one order, or each of a batch by itself; answered once the log has them. order_id, status and created_at may be left out",
                parameters: [
                    ParameterSpec(
                        name: "Idempotency-Key", location: .header,
                        schema: .text(maximumBytes: 255, form: "1 to 255 visible ASCII characters; 250 for a batch"),
                        description:
                            "Makes it safe to send the same orders again: they are placed once, and answered the same. It is remembered for 24 hours from its first use"
                    )
                ],
                requestBody: .init(
                    contents: [
                        .init(
                            type: "application/json",
                            schema: .anyOf([
                                .named("OrderDraft"), .array(.named("OrderDraft"), atMost: OrderBatch.maximumOrders),
                            ]), example: Self.exampleOrder),
                        .init(type: Self.linesType, schema: .text, example: "\(Self.exampleOrder)\n"),
                    ],
                    maximumBytes: OrderBatch.maximumBodyBytes),
                responses: [
                    .json("BatchResult"), .json(.accepted, "OrderAccepted"), .problem(.badRequest), .problem(.conflict),
                    .problem(.contentTooLarge),
                    .problem(.unsupportedMediaType), .problem(.unprocessableContent), .problem(.serviceUnavailable),
                ])
        ) { request, context, _ in
            let isLines = try Self.isLines(request.headers[.contentType])
            let key = try request.headers[.idempotencyKey].map { try IdempotencyKey(header: $0) }
            let body = try await RequestBodyReader.body(
                of: request, on: context.channel, upTo: OrderBatch.maximumBodyBytes)
            switch try OrderBatch(body, isLines: isLines) {
            case .one(let body):
                let draft = try OrderIntake.draft(from: body, now: now())
                return response(for: try await intake.accept(draft, key: key, logger: context.logger))
            case .many(let bodies):
                if let key { _ = try key.ofBatch(bodies.count - 1) }
                let results = await intake.accept(bodies, key: key, logger: context.logger)
                return response(for: results, requestID: context.requestID)
            }
        }
    }

    /// One JSON value a line.
    static let linesType = "application/x-ndjson"

    static let exampleOrder = #"{"customer_id":5678,"amount":249.99,"currency":"USD","country":"US"}"#

    private func response(for accepted: OrderIntake.Accepted) -> Response {
        var headers: HTTPFields = [.location: "/api/orders/\(accepted.orderID)"]
        if accepted.isReplay { headers[.idempotencyReplayed] = "true" }
        return .json(.accepted, headers: headers, capacity: 256) { $0.members(of: accepted, topic: intake.log.topic) }
    }

    /// 200, whatever became of each: every order has a status of its own.
    private func response(for results: [Result<OrderIntake.Accepted, Problem>], requestID: String) -> Response {
        let refused = results.count { if case .failure = $0 { true } else { false } }
        return .json(capacity: results.count * 160) { json in
            json.array("results", results.enumerated()) { json, result in
                json.object { json in
                    json.member("index", result.offset)
                    switch result.element {
                    case .success(let accepted):
                        json.member("status", HTTPResponse.Status.accepted.code)
                        json.object("order") { $0.members(of: accepted, topic: intake.log.topic) }
                        if accepted.isReplay { json.member("replayed", true) }
                    case .failure(let problem):
                        json.member("status", problem.status.code)
                        json.key("problem")
                        json.problem(problem, path: "/api/orders", requestID: requestID)
                    }
                }
            }
            json.member("accepted", results.count - refused)
            json.member("refused", refused)
        }
    }

    /// Whether the body has a JSON value a line. Else it is `application/json`; either in UTF-8 if a charset is named.
    static func isLines(_ contentType: String?) throws(Problem) -> Bool {
        let parts = (contentType ?? "").lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
        let isLines = parts.first == linesType || parts.first == "application/jsonl"
        guard isLines || parts.first == "application/json" else { throw .unsupportedMediaType(contentType) }
        let charset = parts.dropFirst().first { $0.hasPrefix("charset=") }?.dropFirst("charset=".count)
        guard charset == nil || charset == "utf-8" || charset == "\"utf-8\"" else {
            throw .unsupportedMediaType(contentType)
        }
        return isLines
    }

    /// One JSON value, not one a line.
    static func requireJSON(_ contentType: String?) throws(Problem) {
        guard try !isLines(contentType) else { throw .unsupportedMediaType(contentType) }
    }
}

extension JSONWriter {
    fileprivate mutating func members(of accepted: OrderIntake.Accepted, topic: String) {
        member("order_id", accepted.orderID.rawValue)
        member("status", "\(accepted.status.wireName)")
        member("topic", topic)
        // null where it is not known: acknowledged with the answer lost, or a repetition long after.
        key("partition")
        if let receipt = accepted.receipt { value(Int64(receipt.partition)) } else { null() }
        key("offset")
        if let offset = accepted.receipt?.offset { value(offset) } else { null() }
    }
}
