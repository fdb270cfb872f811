import HummingbirdTesting
import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

@Suite("Exports")
struct ExportRouteTests {
    private func filled(_ count: Int64 = 1_234) async throws -> APIFixture {
        let api = try APIFixture(
            deadLetters: FakeDeadLetters(letters: [FakeDeadLetters.letter(value: Array("{\"a\":1,\"b\"".utf8))]))
        try await api.store.apply(
            StoreBatch(
                orders: (1...count).map {
                    Sample.document(
                        $0, country: $0 % 3 == 0 ? .germany : .unitedStates, paid: $0 % 2 == 0,
                        flaggedAt: $0 % 600 == 0 ? Sample.now : nil)
                }))
        return api
    }

    @Test("every order that passes is in the file once, in the order asked for, over any number of pages")
    func orders() async throws {
        let api = try await filled()
        try await api.test { client in
            let all = try await client.get("/api/exports/orders?sort=order_id")
            #expect(all.headers[.contentType] == "application/x-ndjson")
            #expect(all.headers[.contentDisposition] == "attachment; filename=\"orders.ndjson\"")
            let lines = all.text.split(separator: "\n")
            #expect(lines.count == 1_234)
            #expect(try JSONValue(String(lines[0]))["order_id"]?.int == 1)
            let form = try #require(Contract.schema(named: "Order"))
            for line in [lines[0], lines[599], lines[1_233]] {
                let value = try JSONValue(String(line))
                #expect(ContractCheck.misfits(value.foundation, form, at: "line").isEmpty)
            }
            let csv = try await client.get("/api/exports/orders?format=csv&country=DE")
            #expect(csv.headers[.contentType] == "text/csv; charset=utf-8")
            let rows = csv.text.split(separator: "\r\n")
            #expect(rows.count == 1 + 411)
            #expect(rows[0].split(separator: ",").count == 15)
            #expect(
                rows.last == "3,7,249.99,USD,DE,CREATED,2026-01-15T10:30:30Z,,,,false,,,1,2026-01-15T10:30:30Z")
            #expect(rows.contains { $0.hasPrefix("600,7,249.99,USD,DE,CREATED,2026-01-15T10:30:30Z,PAID,") })
        }
    }

    @Test("alerts and dead letters are exported as well, fields quoted where they must be")
    func others() async throws {
        let api = try await filled()
        try await api.test { client in
            let alerts = try await client.get("/api/exports/alerts?format=csv").text.split(separator: "\r\n")
            #expect(alerts.count == 3)
            #expect(alerts[1] == "1200,HIGH_AMOUNT_RISKY_COUNTRY,249.99,USD,DE,7,2026-01-15T10:30:30Z")
            let letters = try await client.get("/api/exports/dead-letters").text
            #expect(try JSONValue(letters)["id"]?.string == "orders/payments-group/3/17")
            let rows = try await client.get("/api/exports/dead-letters?format=csv&state=all").text.split(
                separator: "\r\n")
            #expect(rows.count == 2 && rows[1].contains(",amount: is missing,"))
            for wrong in ["orders?format=xml", "orders?limit=5", "alerts?country=DE", "dead-letters?state=closed"] {
                #expect(try await client.get("/api/exports/" + wrong).status == .badRequest)
            }
        }
    }

    @Test("a store that is away is an error, and not half a file")
    func away() async throws {
        let api = try APIFixture(store: BrokenStore(error: OrderStoreError(.busy, "busy")))
        try await api.service.makeApplication().test(.router) { client in
            // More often than there are places: each of them is given back.
            for _ in 0..<6 {
                let response = try await client.get("/api/exports/orders")
                #expect(response.status == .serviceUnavailable)
                #expect(try response.json["type"]?.string?.hasSuffix("store-unavailable") == true)
            }
        }
    }

    @Test(
        "fields of a CSV file are quoted where they need it",
        arguments: [("a", "a"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""), ("", "")])
    func quoted(_ field: String, _ expected: String) {
        #expect(ExportFormat.quoted(field) == expected)
    }
}
