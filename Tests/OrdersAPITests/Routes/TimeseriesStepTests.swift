import HummingbirdTesting
import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

@Suite("Figures in steps")
struct TimeseriesStepTests {
    private func filled() async throws -> APIFixture {
        let api = try APIFixture()
        // An order in the first minute of each hour of two days, and the present ones in two partitions.
        let hours = (0..<48 as Range<Int64>).map {
            Sample.aggregate(.minute(start: Sample.minute(-60 * $0)), partition: 0, orders: $0 + 1, sales: 100)
        }
        let german = Sample.aggregate(
            .minute(start: Sample.minute()), partition: 1, orders: 5, sales: 900, country: .germany, currency: .eur)
        try await api.store.apply(StoreBatch(aggregates: hours + [german]))
        return api
    }

    @Test("steps add up the minutes in them, from memory and from the store, and begin at midnight")
    func steps() async throws {
        let api = try await filled()
        try await api.test { client in
            let hours = try await client.get("/api/stats/timeseries?step=1h&minutes=2880").json
            #expect(hours["step_seconds"]?.int == 3_600 && hours["points"]?.count == 48)
            #expect(hours["from"]?.string == "2026-01-13T11:00:00Z")
            #expect(hours["points.47.orders"]?.int == 6 && hours["points.46.orders"]?.int == 2)
            #expect(hours["points.0.orders"]?.int == 48)
            let days = try await client.get(
                "/api/stats/timeseries?step=1d&from=2026-01-13T09:00:00Z&to=2026-01-15T00:00:00Z"
            ).json
            #expect(days["points"]?.count == 2)
            #expect(days["points.0.start"]?.string == "2026-01-13T00:00:00Z")
            // 2026-01-14 has the hours from 11 to 34 back.
            #expect(days["points.1.orders"]?.int == (12...35).reduce(0, +))
        }
    }

    @Test("a step is divided by country, currency or status")
    func breakdowns() async throws {
        let api = try await filled()
        try await api.test { client in
            func last(_ by: String) async throws -> JSONValue? {
                try await client.get("/api/stats/timeseries?minutes=1&by=\(by)").json["points.0"]
            }
            let currencies = try await last("currency")
            #expect(currencies?["currencies.0.currency"]?.string == "EUR")
            #expect(currencies?["currencies.0.orders"]?.int == 5 && currencies?["currencies.0.sales"]?.double == 9)
            #expect(try await last("country")?["countries.0.country"]?.string == "DE")
            let statuses = try await last("status")
            #expect(statuses?["statuses.0.orders"]?.int == 6 && statuses?["statuses.1.orders"]?.int == 0)
        }
    }

    @Test(
        "no more steps or days than are given at once",
        arguments: [
            ("minutes=1441", "minutes"), ("step=1m&minutes=44640", "minutes"), ("step=2m", "step"),
            ("step=1d&from=2025-01-01T00:00:00Z", "from"),
        ])
    func bounds(_ query: String, _ field: String) async throws {
        try await APIFixture().test { client in
            let response = try await client.get("/api/stats/timeseries?" + query)
            #expect(response.status == .badRequest)
            #expect(try response.json["errors.0.field"]?.string == field)
        }
    }
}
