import APIAccess
import Hummingbird
import OrderEvents
import OrderStore

extension APIRoutes {
    var listOrders: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/orders", access: .scope(.read),
                summary: "Orders by created_at, then order_id, the newest first, in pages that stay stable",
                parameters: OrderParameters.filter + [OrderParameters.sort.spec] + PageParameters.all,
                responses: [.json("OrderPage"), .problem(.badRequest), .problem(.serviceUnavailable)])
        ) { _, _, query in
            let asked = try PageRequest(query, list: "orders") { PagePosition(text: $0) }
            let filter = try OrderFilter(query: query)
            let page = try await store.orders(
                matching: filter, sort: try query.value(OrderParameters.sort) ?? .newestFirst, at: asked.cursor,
                limit: asked.limit)
            let total = OrderTotal.of(filter, in: try await current())
            return .json(capacity: 192 + page.items.count * 640) { json in
                json.array("orders", page.items) { json, order in json.order(order) }
                json.cursor("next_cursor", page.next.map { asked.text(PagePosition.after($0).text) })
                json.cursor("previous_cursor", page.previous.map { asked.text(PagePosition.before($0).text) })
                json.member("has_more", page.next != nil)
                json.key("total")
                if let total { json.value(total) } else { json.null() }
            }
        }
    }

    var order: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/orders/{id}", access: .scope(.read),
                summary: "One order with its payment, its fraud verdict and its trail of events",
                parameters: [
                    ParameterSpec(
                        name: "id", location: .path, schema: .integer(1...OrderID.maximum), description: "The order_id")
                ],
                responses: [.json("OrderWithTrail"), .notModified, .problem(.badRequest), .problem(.notFound)])
        ) { request, context, _ in
            let text = context.parameters.get("id") ?? ""
            guard let id = Int64(text).flatMap({ OrderID($0) }) else {
                throw Problem.invalidParameter(
                    "id", "\"\(text.prefix(40))\" is not a whole number from 1 to \(OrderID.maximum)")
            }
            guard let document = try await store.order(id) else {
                throw Problem.notFound("There is no order \(id); one that was just placed takes a moment to arrive")
            }
            let steps = OrderTrail.steps(of: document)
            let places = await finder.places(of: id, steps)
            let tag = "\(id)-\(document.revision)-\(places.count { $0 != nil })"
            return Response.json(buffer: OrderTrail.view(of: document, steps, places: places)).tagged(for: request, tag)
        }
    }

    var alerts: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/alerts", access: .scope(.read),
                summary: "Fraud alerts, the latest first, in pages",
                parameters: PageParameters.all, responses: [.json("AlertPage"), .problem(.badRequest)])
        ) { _, _, query in
            let asked = try PageRequest(query, list: "alerts") { OrderCursor($0) }
            let page = try await store.alerts(after: asked.cursor, limit: asked.limit)
            return .json(capacity: 64 + page.items.count * 256) { json in
                json.array("alerts", page.items.compactMap(\.fraud)) { json, alert in json.alert(alert) }
                json.nextCursor(page.next.map { asked.text($0.text) })
            }
        }
    }
}

extension JSONWriter {
    mutating func nextCursor(_ cursor: String?) { self.cursor("next_cursor", cursor) }

    mutating func cursor(_ name: StaticString, _ cursor: String?) {
        key(name)
        if let cursor { value(cursor) } else { null() }
    }

    mutating func alert(_ alert: FraudAlert) {
        object { json in
            json.member("order_id", alert.orderID.rawValue)
            json.member("reason", "\(alert.reason.wireName)")
            json.member("amount", alert.amount)
            json.member("currency", alert.amount.currency)
            json.member("country", alert.country)
            json.member("customer_id", alert.customerID)
            json.member("detected_at", alert.detectedAt)
        }
    }
}

extension PagePosition {
    /// Marks a page that ends at its place. No cursor begins with it.
    private static let backwards: Character = "_"

    init?(text: String) {
        let isBefore = text.first == Self.backwards
        guard let cursor = OrderCursor(isBefore ? String(text.dropFirst()) : text) else { return nil }
        self = isBefore ? .before(cursor) : .after(cursor)
    }

    var text: String {
        switch self {
        case .after(let cursor): cursor.text
        case .before(let cursor): "\(Self.backwards)\(cursor.text)"
        }
    }
}
