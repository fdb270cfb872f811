import HummingbirdTesting
import OrderEvents
import OrderStore
import Secrets
import Testing
import Webhooks

@testable import OrdersAPI

@Suite(.timeLimit(.minutes(1))) struct DeliveryRouteTests {
    private struct Log: DeliveryLog {
        let ledgers: [WebhookLedger]
        func newest() async throws -> DeliveryLogExcerpt { DeliveryLogExcerpt(ledgers: ledgers, isComplete: true) }
    }

    private struct Broken: DeliveryLog {
        func newest() async throws -> DeliveryLogExcerpt {
            throw Problem.unavailable("webhook-deliveries-unavailable", "away", retryAfterSeconds: 2)
        }
    }

    /// Paid orders, of which one endpoint has each and the other is away.
    private func ledgers(_ ids: ClosedRange<Int64>) throws -> [WebhookLedger] {
        let endpoints = try ["crm", "mail"].map {
            try WebhookEndpoint(
                name: $0, url: "https://example.com/", secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
                outcomes: [.paid])
        }
        var random = SystemRandomNumberGenerator()
        return ids.map { id in
            var ledger = WebhookLedger(of: OrderID(id)!)
            _ = ledger.announce(Sample.document(id, paid: true), to: endpoints, now: Sample.now, oldest: .epoch)
            for (place, answer) in [
                DeliveryAnswer.delivered(status: 204), .failed(status: 503, detail: "answered 503", retryAfter: nil),
            ].enumerated() {
                ledger.note(
                    answer, at: place, now: Sample.now.advanced(byMilliseconds: id), schedule: DeliverySchedule(),
                    using: &random)
            }
            return ledger
        }
    }

    @Test func deliveriesAreListedTheLatestFirstAndFiltered() async throws {
        let api = try APIFixture(deliveries: Log(ledgers: try ledgers(1...3)))
        try await api.test { client in
            let all = try await client.get("/api/webhooks/deliveries").json
            #expect(all["deliveries"]?.count == 6 && all["complete"]?.bool == true)
            #expect(all["deliveries.0.id"]?.string == "msg_3_order_paid")
            #expect(all["deliveries.0.endpoint"]?.string == "crm" && all["deliveries.0.order_id"]?.int == 3)
            for (query, count) in [
                ("endpoint=mail", 3), ("state=pending", 3), ("state=failed", 0), ("type=order.paid&order_id=2", 2),
                ("type=order.flagged", 0), ("endpoint=nobody", 0),
            ] {
                let found = try await client.get("/api/webhooks/deliveries?\(query)").json
                #expect(found["deliveries"]?.count == count, "\(query)")
            }
            let part = try await client.get("/api/webhooks/deliveries?limit=2").json
            #expect(part["deliveries"]?.count == 2 && part["complete"]?.bool == false)
            for query in ["state=lost", "type=order.eaten", "order_id=0", "order_id=x", "limit=0", "nothing=1"] {
                #expect(try await client.get("/api/webhooks/deliveries?\(query)").status == .badRequest, "\(query)")
            }
        }
    }

    @Test func aLogThatCannotBeReadIs503() async throws {
        let api = try APIFixture(deliveries: Broken())
        try await api.test { client in
            let answer = try await client.get("/api/webhooks/deliveries")
            #expect(answer.status == .serviceUnavailable)
        }
    }
}
