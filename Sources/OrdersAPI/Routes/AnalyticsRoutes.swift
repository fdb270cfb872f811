import APIAccess
import Hummingbird
import OrderEvents

extension APIRoutes {
    /// How many orders `/api/analytics` shows.
    static let newestShown = 10

    var analytics: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/analytics", access: .scope(.read),
                summary: "The newest orders by created_at, then order_id, and the totals",
                responses: [.json("Analytics"), .problem(.serviceUnavailable)])
        ) { _, _, _ in
            let live = try await current()
            let orders = live.newestOrders(Self.newestShown)
            let (totals, refunds) = (live.totals(), live.refunds)
            return .json(capacity: 8192) { json in
                json.member("status", "ok")
                json.member("generated_at", now())
                json.array("orders", orders) { json, order in json.order(order) }
                json.key("totals")
                json.totals(totals, refunds)
            }
        }
    }

    var stats: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/stats", access: .scope(.read),
                summary: "The totals, and the totals of each country",
                responses: [.json("Stats")])
        ) { _, _, _ in
            let live = try await current()
            let (totals, refunds) = (live.totals(), live.refunds)
            return .json(capacity: 8192) { json in
                json.member("status", "ok")
                json.key("totals")
                json.totals(totals, refunds)
                json.countries(totals)
            }
        }
    }
}

extension JSONWriter {
    /// An order's document as the API shows it.
    mutating func order(_ document: OrderDocument) {
        raw { document.encodeView(into: &$0) }
    }
}
