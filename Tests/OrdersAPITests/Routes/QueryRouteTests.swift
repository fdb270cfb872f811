import ByteCompression
import HummingbirdTesting
import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

@Suite struct QueryRouteTests {
    private func filled() async throws -> APIFixture {
        let api = try APIFixture()
        var documents = (1...30).map { Sample.document(Int64($0), paid: $0 % 2 == 0) }
        documents[4] = Sample.document(
            5, cents: 99_900, country: .germany, flaggedAt: Sample.now.advanced(byMilliseconds: 5))
        documents[6] = Sample.document(
            7, cents: 88_800, country: .germany, flaggedAt: Sample.now.advanced(byMilliseconds: 9))
        try await api.store.apply(
            StoreBatch(
                orders: documents,
                aggregates: [
                    Sample.aggregate(.allTime, partition: 0, orders: 20, sales: 500_000, flagged: 2, late: 1),
                    Sample.aggregate(
                        .allTime, partition: 1, orders: 10, sales: 40_000, country: .germany, currency: .eur),
                    Sample.aggregate(.minute(start: Sample.minute()), partition: 0, orders: 3, sales: 700),
                    Sample.aggregate(
                        .minute(start: Sample.minute()), partition: 1, orders: 4, sales: 900, country: .germany),
                    Sample.aggregate(.minute(start: Sample.minute(-600)), partition: 0, orders: 9, sales: 100),
                ]))
        return api
    }

    @Test func analyticsGivesTheTenNewestOrdersAndTheTotals() async throws {
        let api = try await filled()
        try await api.test { client in
            let json = try await client.get("/api/analytics").json
            #expect(json["status"]?.string == "ok")
            #expect(json["generated_at"]?.string == "2026-01-15T10:30:30Z")
            #expect(json["orders"]?.count == 10)
            #expect(json["orders.0.order_id"]?.int == 30)
            #expect(json["orders.0.payment.status"]?.string == "PAID")
            #expect(json["orders.1.payment"]?.isNull == true)
            #expect(json["orders.0.fraud.flagged"]?.bool == false)
            #expect(json["orders.0.type"] == nil)
            #expect(json["totals.orders"]?.int == 30)
            #expect(json["totals.late"]?.int == 1)
            #expect(json["totals.payments.paid"]?.int == 30)
            #expect(json["totals.fraud.alerts"]?.int == 2)
            #expect(json["totals.fraud.rate"]?.double == 0.0667)
            #expect(json["totals.currencies.0.currency"]?.string == "EUR")
            #expect(json["totals.currencies.1.sales"]?.double == 5000)
        }
    }

    @Test func amountsAreWrittenWithTheirCurrencysDecimals() async throws {
        let api = try await filled()
        try await api.test { client in
            let text = try await client.get("/api/stats").text
            #expect(
                text.contains(
                    #"{"currency":"USD","orders":20,"sales":5000.00,"paid":5000.00,"refund_due":0.00,"declined":0.00,"flagged":0.00}"#
                ))
        }
    }

    @Test func statsGivesTheTotalsOfEachCountry() async throws {
        let api = try await filled()
        try await api.test { client in
            let json = try await client.get("/api/stats").json
            #expect(json["status"]?.string == "ok")
            #expect(json["countries.0.country"]?.string == "DE")
            #expect(json["countries.0.orders"]?.int == 10)
            #expect(json["countries.1.sales.0.amount"]?.double == 5000)
        }
    }

    @Test func whatTheTailBringsIsShownBeforeTheStoreHasIt() async throws {
        let api = try await filled()
        try await api.test { client in
            api.service.feed.demand.want()
            await api.tail.send(.positioned([0: 0]))
            await api.tail.send([
                Sample.record(0, 0, Sample.document(31, revision: 1)),
                Sample.record(0, 1, Sample.document(30, revision: 9)),
                TailRecord(
                    partition: 0, offset: 2,
                    event: .aggregate(Sample.aggregate(.allTime, partition: 0, orders: 21, sales: 1, revision: 2))),
            ])
            let json = try await client.get("/api/analytics").json
            #expect(json["orders.0.order_id"]?.int == 31)
            #expect(json["orders.1.revision"]?.int == 9)
            #expect(json["totals.orders"]?.int == 31)
        }
    }

    @Test func minutesWithoutOrdersAreZerosAndThePresentMinuteIsTheLast() async throws {
        let api = try await filled()
        try await api.test { client in
            let json = try await client.get("/api/stats/timeseries").json
            #expect(json["step_seconds"]?.int == 60)
            #expect(json["points"]?.count == 60)
            #expect(json["from"]?.string == "2026-01-15T09:31:00Z")
            #expect(json["to"]?.string == "2026-01-15T10:31:00Z")
            #expect(json["points.59.start"]?.string == "2026-01-15T10:30:00Z")
            #expect(json["points.59.orders"]?.int == 7)
            #expect(json["points.59.sales.0.amount"]?.double == 16)
            #expect(json["points.58.orders"]?.int == 0)
            #expect(json["points.58.sales"]?.count == 0)
            #expect(json["points.59.countries"] == nil)
        }
    }

    @Test func aRangeBeyondWhatIsInMemoryComesFromTheStore() async throws {
        let api = try await filled()
        try await api.test { client in
            let json = try await client.get("/api/stats/timeseries?minutes=720&by=country").json
            #expect(json["points"]?.count == 720)
            #expect(json["points.119.orders"]?.int == 9)
            #expect(json["points.719.countries.0.country"]?.string == "DE")
            #expect(json["points.719.countries.0.orders"]?.int == 4)
        }
    }

    @Test func aRangeMayBeGivenByItsEnds() async throws {
        let api = try await filled()
        try await api.test { client in
            let json = try await client.get(
                "/api/stats/timeseries?from=2026-01-15T10:29:59Z&to=2026-01-15T12:31:00%2B02:00"
            ).json
            #expect(json["points"]?.count == 2)
            #expect(json["points.1.orders"]?.int == 7)
        }
    }

    @Test(arguments: [
        ("minutes=0", "minutes"), ("minutes=1441", "minutes"), ("from=yesterday", "from"), ("by=planet", "by"),
        ("from=2026-01-15T10:00:00Z&to=2026-01-15T10:00:00Z", "from"), ("from=2026-01-01T00:00:00Z", "from"),
        ("from=2026-01-15T10:00:00Z&minutes=5", "minutes"), ("step=1", "step"),
    ])
    func aRangeThatIsNoneNamesTheParameter(_ query: String, _ field: String) async throws {
        try await APIFixture().test { client in
            let response = try await client.get("/api/stats/timeseries?" + query)
            #expect(response.status == .badRequest)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(try response.json["errors.0.field"]?.string == field)
        }
    }

    @Test func ordersComeInPagesThatMeetWithoutOverlap() async throws {
        let api = try await filled()
        try await api.test { client in
            var ids: [Int64] = []
            var cursor: String? = ""
            while let at = cursor {
                let json = try await client.get("/api/orders?limit=7" + (at.isEmpty ? "" : "&cursor=\(at)")).json
                let count = try #require(json["orders"]?.count)
                ids += (0..<count).compactMap { json["orders.\($0).order_id"]?.int }
                cursor = json["next_cursor"]?.string
            }
            #expect(ids == Array((1...30).reversed()))
        }
    }

    @Test func aListIsReadBackToItsBeginning() async throws {
        let api = try await filled()
        try await api.test { client in
            func ids(_ json: JSONValue) -> [Int64] {
                (0..<(json["orders"]?.count ?? 0)).compactMap { json["orders.\($0).order_id"]?.int }
            }
            let first = try await client.get("/api/orders?limit=12").json
            #expect(first["previous_cursor"]?.isNull == true && first["has_more"]?.bool == true)
            let second = try await client.get("/api/orders?limit=12&cursor=" + (first["next_cursor"]?.string ?? ""))
                .json
            let third = try await client.get("/api/orders?limit=12&cursor=" + (second["next_cursor"]?.string ?? ""))
                .json
            #expect(third["has_more"]?.bool == false && third["next_cursor"]?.isNull == true)
            let back = try await client.get("/api/orders?limit=12&cursor=" + (third["previous_cursor"]?.string ?? ""))
                .json
            #expect(ids(back) == ids(second) && back["has_more"]?.bool == true)
            let start = try await client.get("/api/orders?limit=12&cursor=" + (back["previous_cursor"]?.string ?? ""))
                .json
            #expect(ids(start) == ids(first) && start["previous_cursor"]?.isNull == true)
        }
    }

    @Test(
        arguments: [
            ("", 30), ("country=DE", 10), ("currency=USD", 20), ("payment=paid", 30), ("flagged=true", 2),
            ("flagged=false&currency=USD", 18), ("payment=refund_due", 0), ("customer_id=7", nil),
            ("status=CONFIRMED", nil), ("status=CANCELLED", 0), ("min_amount=1", nil),
        ] as [(String, Int64?)])
    func theTotalIsGivenWhereTheTotalsTellIt(_ query: String, _ expected: Int64?) async throws {
        let api = try await filled()
        try await api.test { client in
            let json = try await client.get("/api/orders?limit=1&" + query).json
            #expect(json["total"]?.int == expected)
        }
    }

    @Test func theNewestOrdersComeFirstWhateverTheirIDsAndSortGivesTheOtherOrders() async throws {
        let api = try APIFixture()
        // A producer's ids, and between them an id as the API makes them.
        let ids: [Int64] = [11, 750_000_000_000_000, 12, 3]
        let documents = ids.enumerated().map { place, id in
            let createdAt = Sample.now.advanced(byMilliseconds: Int64(place) * 10 - 1_000)
            return OrderDocument(
                order: Sample.order(id, createdAt: createdAt), createdSeenAt: createdAt, revision: 1,
                updatedAt: createdAt)
        }
        try await api.store.apply(
            StoreBatch(orders: documents, aggregates: [Sample.aggregate(.allTime, partition: 0, orders: 4, sales: 4)]))
        try await api.test { client in
            for (sort, expected) in [
                ("", ids.reversed()), ("sort=-created_at", ids.reversed()), ("sort=created_at", ids),
                ("sort=order_id", ids.sorted()),
                ("sort=-order_id", ids.sorted().reversed()),
            ] {
                var found: [Int64] = []
                var cursor: String? = ""
                while let at = cursor {
                    let json = try await client.get("/api/orders?limit=3&\(sort)" + (at.isEmpty ? "" : "&cursor=\(at)"))
                        .json
                    found += (0..<(json["orders"]?.count ?? 0)).compactMap { json["orders.\($0).order_id"]?.int }
                    cursor = json["next_cursor"]?.string
                }
                #expect(found == expected, "\(sort)")
            }
            let analytics = try await client.get("/api/analytics").json
            #expect((0..<4).compactMap { analytics["orders.\($0).order_id"]?.int } == ids.reversed())
            let cursor = try #require(try await client.get("/api/orders?limit=3").json["next_cursor"]?.string)
            let other = try await client.get("/api/orders?limit=3&sort=order_id&cursor=\(cursor)")
            #expect(other.status == .badRequest)
        }
    }

    @Test(
        arguments: [
            ("country=DE", [7, 5]), ("flagged=true&limit=1", [7]), ("payment=none&country=US&limit=2", [29, 27]),
            ("min_amount=900", [5]), ("min_amount=888&max_amount=888.0000", [7]), ("max_amount=249.98", []),
            ("status=CANCELLED", []), ("customer_id=8", []), ("from=2026-01-15T10:30:31Z", []),
        ] as [(String, [Int64])])
    func ordersAreFiltered(_ query: String, _ expected: [Int64]) async throws {
        let api = try await filled()
        try await api.test { client in
            let json = try await client.get("/api/orders?" + query).json
            #expect((0..<(json["orders"]?.count ?? 0)).compactMap { json["orders.\($0).order_id"]?.int } == expected)
        }
    }

    @Test(arguments: [
        "limit=0", "limit=201", "cursor=!!", "country=usa", "currency=ABC", "status=created", "payment=maybe",
        "flagged=yes",
        "customer_id=-1", "min_amount=-1", "max_amount=1.00001", "min_amount=2&max_amount=1", "from=now", "to=1",
        "sort=id", "sort=amount",
    ])
    func aWrongFilterNamesItsParameter(_ query: String) async throws {
        try await APIFixture().test { client in
            let response = try await client.get("/api/orders?" + query)
            #expect(response.status == .badRequest)
            #expect(try response.json["errors.0.field"]?.string == String(query.split(separator: "=")[0]))
        }
    }

    @Test func jsonIsCompressedForWhoTakesItAndSaysThatItVaries() async throws {
        let api = try await filled()
        try await api.test { client in
            let plain = try await client.get("/api/orders")
            #expect(plain.headers[.contentEncoding] == nil && plain.headers[.vary] == "Accept-Encoding")
            let packed = try await client.get("/api/orders", headers: [.acceptEncoding: "gzip, br"])
            #expect(packed.headers[.contentEncoding] == "gzip" && packed.headers[.vary] == "Accept-Encoding")
            #expect(
                packed.headers[.contentLength] == "\(packed.body.readableBytes)"
                    && packed.body.readableBytes < plain.body.readableBytes / 2)
            let text = try Gzip.decompress(packed.body, limit: 1 << 20)
            #expect(String(buffer: text) == plain.text)
            // Nothing is gained where the answer is small, and nothing may wait in an event stream.
            #expect(
                try await client.get("/healthz", headers: [.acceptEncoding: "gzip"]).headers[.contentEncoding] == nil)
            let events = try await client.executeRequest(
                uri: "/api/events", method: .head, headers: [.acceptEncoding: "gzip"], body: nil)
            #expect(events.headers[.contentEncoding] == nil && events.headers[.vary] == nil)
        }
    }

    @Test func aCursorOfAnotherListOrOfOtherFiltersIsRefusedByName() async throws {
        let api = try await filled()
        try await api.test { client in
            func cursor(_ path: String) async throws -> String {
                try #require(try await client.get(path).json["next_cursor"]?.string)
            }
            let orders = try await cursor("/api/orders?limit=3")
            let germans = try await cursor("/api/orders?country=DE&limit=1")
            let alerts = try await cursor("/api/alerts?limit=1")
            for (path, words) in [
                ("/api/alerts?cursor=\(orders)", "/api/orders"), ("/api/orders?cursor=\(alerts)", "/api/alerts"),
                ("/api/orders?cursor=\(germans)", "other filters"),
                ("/api/orders?country=FR&cursor=\(germans)", "other filters"),
                ("/api/orders?country=DE&flagged=true&cursor=\(germans)", "other filters"),
                ("/api/orders?cursor=8", "next_cursor"),
                ("/api/orders?cursor=orders..1", "other filters"), ("/api/orders?cursor=\(orders)!", "next_cursor"),
            ] {
                let response = try await client.get(path)
                #expect(response.status == .badRequest, "\(path)")
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(try response.json["errors.0.field"]?.string == "cursor")
                #expect(try response.json["detail"]?.string?.contains(words) == true, "\(path)")
            }
            // The size of a page may change, and so may the order in which the filters are written.
            #expect(try await client.get("/api/orders?limit=9&cursor=\(orders)").status == .ok)
            let both = try await cursor("/api/orders?payment=none&country=US&limit=2")
            #expect(try await client.get("/api/orders?country=US&cursor=\(both)&payment=none").status == .ok)
        }
    }

    @Test func oneOrderComesWithItsTrail() async throws {
        let api = try await filled()
        try await api.test { client in
            let json = try await client.get("/api/orders/30").json
            #expect(json["order_id"]?.int == 30)
            #expect(json["trail"]?.count == 2)
            #expect(json["trail.0.event"]?.string == "ORDER_CREATED")
            #expect(json["trail.1.event"]?.string == "PAYMENT_PAID")
            #expect(json["trail.1.at"]?.string == "2026-01-15T10:30:30.040Z")
            let flagged = try await client.get("/api/orders/5").json
            #expect(flagged["trail.1.event"]?.string == "FRAUD_FLAGGED")
            #expect(flagged["trail.1.detail"]?.string == "HIGH_AMOUNT_RISKY_COUNTRY")
        }
    }

    @Test(arguments: [("31", 404), ("x", 400), ("0", 400), ("-1", 400), ("9007199254740992", 400), ("1e3", 400)])
    func anOrderThatIsNotThereAndAnIDThatIsNone(_ id: String, _ status: Int) async throws {
        let api = try await filled()
        try await api.test { client in
            let response = try await client.get("/api/orders/" + id)
            #expect(response.status.code == status)
            #expect(response.headers[.contentType] == "application/problem+json")
        }
    }

    @Test func alertsComeLatestFirst() async throws {
        let api = try await filled()
        try await api.test { client in
            let json = try await client.get("/api/alerts?limit=1").json
            #expect(
                json["alerts.0"]?.keys == [
                    "amount", "country", "currency", "customer_id", "detected_at", "order_id", "reason",
                ])
            #expect(json["alerts.0.order_id"]?.int == 7)
            #expect(json["alerts.0.amount"]?.double == 888)
            let cursor = try #require(json["next_cursor"]?.string)
            let next = try await client.get("/api/alerts?limit=1&cursor=" + cursor).json
            #expect(next["alerts.0.order_id"]?.int == 5)
        }
    }

    @Test func totalsBeyond64BitsOfMinorUnitsAreExact() async throws {
        let api = try APIFixture()
        // 9,300 of the largest orders in each of two partitions.
        let sales = MinorUnits(9_300) * MinorUnits(Money.maximumMinorUnits)
        try await api.store.apply(
            StoreBatch(
                aggregates: [0, 1].map { Sample.aggregate(.allTime, partition: $0, orders: 9_300, sales: sales) }))
        try await api.test { client in
            for path in ["/api/stats", "/api/analytics"] {
                let response = try await client.get(path)
                #expect(response.status == .ok)
                #expect(
                    response.text.contains(
                        #""orders":18600,"sales":185999999999999814.00,"paid":185999999999999814.00"#))
            }
        }
    }
}
