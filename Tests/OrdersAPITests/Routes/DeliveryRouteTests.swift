import HummingbirdTesting
import OrderEvents
import OrderStore
import Secrets
import Synchronization
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

    /// Remembers what was asked of the service.
    private final class Acts: WebhookActs {
        private let requests = Mutex<[WebhookRequest]>([])
        var asked: [WebhookRequest] { requests.withLock { $0 } }

        func redeliver(_ redelivery: WebhookRequest.Redelivery) async throws {
            requests.withLock { $0.append(.redeliver(redelivery)) }
        }

        func enable(_ endpoint: String) async throws { requests.withLock { $0.append(.enable(endpoint: endpoint)) } }
    }

    @Test func anEventIsPostedAgainWithTheOrderAsItStandsNow() async throws {
        let acts = Acts()
        let api = try APIFixture(webhookActs: acts)
        try await api.store.apply(StoreBatch(orders: [Sample.document(7, paid: true)]))
        try await api.test { client in
            func act(_ path: String) async throws -> TestResponse {
                let response = try await client.executeRequest(
                    uri: "/api/webhooks/" + path, method: .post, headers: [:], body: nil)
                try ContractCheck.check(response, .post, "/api/webhooks/" + path.prefix { $0 != "?" })
                return response
            }
            let all = try await act("deliveries/msg_7_order_paid/redeliver")
            #expect(all.status == .accepted)
            #expect(try all.json["id"]?.string == "msg_7_order_paid" && all.json["order_id"]?.int == 7)
            #expect(try await act("deliveries/msg_7_order_paid/redeliver?endpoint=crm").status == .accepted)
            #expect(try await act("endpoints/crm/enable").status == .accepted)
            let sent = acts.asked
            let document = Sample.document(7, paid: true)
            #expect(sent[0] == .redeliver(try #require(WebhookRequest.Redelivery(.paid, of: document, to: nil))))
            #expect(sent[1] == .redeliver(try #require(WebhookRequest.Redelivery(.paid, of: document, to: "crm"))))
            #expect(sent[2] == .enable(endpoint: "crm"))
            for path in [
                "deliveries/msg_8_order_paid/redeliver", "deliveries/msg_7_order_flagged/redeliver",
                "deliveries/hello/redeliver", "endpoints/CRM/enable",
            ] {
                #expect(try await act(path).status == .notFound, "\(path)")
            }
            #expect(try await act("deliveries/msg_7_order_paid/redeliver?endpoint=CRM").status == .badRequest)
            #expect(acts.asked.count == 3)
        }
    }

    @Test func withoutAWayToTheServiceARequestIs503() async throws {
        try await APIFixture().test { client in
            let path = "/api/webhooks/endpoints/crm/enable"
            let answer = try await client.executeRequest(uri: path, method: .post, headers: [:], body: nil)
            #expect(answer.status == .serviceUnavailable)
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
