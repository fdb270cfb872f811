import ByteCompression
import HummingbirdTesting
import NIOCore
import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

@Suite struct CreateOrderTests {
    private let draft = #"{"customer_id":5678,"amount":249.99,"currency":"USD","country":"US"}"#

    @Test func anOrderIsAcceptedOnceTheLogHasIt() async throws {
        let api = try APIFixture()
        try await api.test { client in
            let response = try await client.post(draft)
            #expect(response.status == .accepted)
            let json = try response.json
            let id = try #require(json["order_id"]?.int)
            #expect(response.headers[.location] == "/api/orders/\(id)")
            #expect(json.keys == ["offset", "order_id", "partition", "status", "topic"])
            #expect(json["status"]?.string == "CREATED")
            #expect(json["topic"]?.string == "orders")
            #expect(json["partition"]?.int == 3)
            #expect(json["offset"]?.int == 0)
            let order = try #require(api.log.orders.first)
            #expect(order.id.rawValue == id)
            #expect(order.createdAt == Sample.now)
            #expect(order.amount == Money(minorUnits: 24_999, currency: .usd))
        }
    }

    @Test func whatTheOrderBringsIsKept() async throws {
        let api = try APIFixture()
        try await api.test { client in
            let response = try await client.post(
                #"{"order_id":9007199254740991,"customer_id":1,"amount":"500","currency":"JPY","country":"JP","status":"CANCELLED","created_at":"2024-01-15T10:30:00Z"}"#
            )
            #expect(response.status == .accepted)
            #expect(try response.json["order_id"]?.int == 9_007_199_254_740_991)
            #expect(api.log.orders.first?.status == .cancelled)
            #expect(api.log.orders.first?.createdAt == Timestamp(rfc3339: "2024-01-15T10:30:00Z"))
        }
    }

    @Test func everyWrongFieldIsNamed() async throws {
        let api = try APIFixture()
        try await api.test { client in
            let response = try await client.post(
                #"{"order_id":9007199254740992,"customer_id":"x","amount":-5,"currency":"XXX","country":"us"}"#)
            #expect(response.status == .unprocessableContent)
            #expect(response.headers[.contentType] == "application/problem+json")
            let json = try response.json
            #expect(json["type"]?.string == "urn:orders-platform:problem:invalid-order")
            #expect(json["status"]?.int == 422)
            #expect(json["instance"]?.string == "/api/orders")
            let fields = Set((0..<(json["errors"]?.count ?? 0)).compactMap { json["errors.\($0).field"]?.string })
            #expect(fields == ["order_id", "customer_id", "amount", "currency", "country"])
            #expect(api.log.orders.isEmpty)
        }
    }

    @Test func aFieldThatNoOrderHasIsNamedAndTheOneThatWasMeantToo() async throws {
        let api = try APIFixture()
        try await api.test { client in
            let response = try await client.post(
                #"{"customer_id":1,"ammount":5,"currency":"USD","country":"US","note":{"a":[1]}}"#)
            #expect(response.status == .unprocessableContent)
            let json = try response.json
            let errors = (0..<(json["errors"]?.count ?? 0)).map {
                (json["errors.\($0).field"]?.string ?? "", json["errors.\($0).detail"]?.string ?? "")
            }
            #expect(errors.map(\.0) == ["ammount", "note", "amount"])
            #expect(
                errors[0].1.contains("did you mean amount?")
                    && errors[1].1.contains("an order has order_id, customer_id"))
            #expect(api.log.orders.isEmpty)
        }
    }

    @Test(arguments: [
        ("2016-01-14T00:00:00Z", "the earliest is 2016-01-15T10:30:30Z"),
        ("2026-01-17T00:00:00Z", "the latest is 2026-01-16T10:30:30Z"),
        ("1970-01-01T00:00:00Z", "ten years"), ("2099-01-01T00:00:00Z", "a day ahead"),
    ])
    func aTimeYearsAwayIsRefusedWithTheBound(_ time: String, _ words: String) async throws {
        let api = try APIFixture()
        try await api.test { client in
            let response = try await client.post(String(draft.dropLast()) + #","created_at":"\#(time)"}"#)
            #expect(response.status == .unprocessableContent)
            #expect(try response.json["errors.0.field"]?.string == "created_at")
            #expect(try response.json["errors.0.detail"]?.string?.contains(words) == true, "\(response.text)")
            for near in ["2016-01-16T00:00:00Z", "2026-01-16T10:00:00Z"] {
                #expect(
                    try await client.post(String(draft.dropLast()) + #","created_at":"\#(near)"}"#).status == .accepted)
            }
        }
    }

    @Test func aGzipBodyIsUnpackedWithinTheBound() async throws {
        let api = try APIFixture()
        try await api.test { client in
            func post(_ bytes: [UInt8], _ coding: String) async throws -> TestResponse {
                try await client.executeRequest(
                    uri: "/api/orders", method: .post,
                    headers: [.contentType: "application/json", .contentEncoding: coding],
                    body: ByteBuffer(bytes: bytes))
            }
            func gzip(_ text: String) throws -> [UInt8] {
                Array(try Gzip.compress(ByteBuffer(string: text)).readableBytesView)
            }
            let packed = try gzip(draft)
            #expect(try await post(packed, "gzip").status == .accepted)
            #expect(try await post(packed, "GZIP").status == .accepted)
            #expect(try await post(Array(draft.utf8), "identity").status == .accepted)
            #expect(try await post(packed.dropLast(3), "gzip").status == .badRequest)
            #expect(try await post(Array(draft.utf8), "gzip").status == .badRequest)
            #expect(
                try await post(gzip(draft + String(repeating: " ", count: 10_000_000)), "gzip").status
                    == .contentTooLarge)
            let other = try await post(packed, "br")
            #expect(other.status == .unsupportedMediaType && other.headers[.acceptEncoding] == "gzip, identity")
            #expect(api.log.orders.count == 3)
        }
    }

    @Test func aMissingFieldIsNamed() async throws {
        try await APIFixture().test { client in
            let response = try await client.post("{}")
            #expect(response.status == .unprocessableContent)
            #expect(response.text.contains(#""field":"amount""#))
        }
    }

    @Test(arguments: ["", "{", "[1,2]x", "hello", "{\"customer_id\":1,}"])
    func whatIsNoJSONIsABadRequest(_ body: String) async throws {
        try await APIFixture().test { client in
            let response = try await client.post(body)
            #expect(response.status == .badRequest)
            #expect(try response.json["type"]?.string == "urn:orders-platform:problem:malformed-json")
        }
    }

    @Test func aBodyOfAMegabyteIsTooLarge() async throws {
        let api = try APIFixture()
        let body = #"{"x":""# + String(repeating: "a", count: 1_000_000) + "\"}"
        try await api.test { client in
            let response = try await client.post(body)
            #expect(response.status == .contentTooLarge)
            #expect(try response.json["detail"]?.string?.contains("65536") == true)
        }
    }

    @Test(arguments: [
        "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "application/jsonp",
    ])
    func anotherContentTypeIsRefused(_ type: String) async throws {
        try await APIFixture().test { client in
            let response = try await client.post(draft, headers: [.contentType: type])
            #expect(response.status == .unsupportedMediaType)
            #expect(response.headers[.acceptPost] == "application/json")
        }
    }

    @Test func aContentTypeWithACharsetIsTaken() async throws {
        try await APIFixture().test { client in
            let response = try await client.post(draft, headers: [.contentType: "Application/JSON; charset=UTF-8"])
            #expect(response.status == .accepted)
        }
    }

    @Test func aLogThatIsAwayIsSaidWithWhenToTryAgainAndWithoutItsWords() async throws {
        let api = try APIFixture()
        api.log.fail(with: OrderLogError("broker 10.0.0.1 gone", isRetriable: true))
        try await api.test { client in
            let response = try await client.post(draft)
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "2")
            #expect(!response.text.contains("10.0.0.1"))
        }
        #expect(api.logs.lines.contains { "\($0.metadata["error"] ?? "")".contains("broker 10.0.0.1 gone") })
    }

    @Test func oneOrderMoreThanMayBeUnderWayIsTurnedAway() async throws {
        let api = try APIFixture { $0.maximumOrdersInFlight = 1 }
        try await api.test { client in
            api.log.hold()
            async let first = client.post(draft)
            await api.log.arrival()
            let second = try await client.post(draft)
            #expect(second.status == .serviceUnavailable)
            #expect(second.headers[.retryAfter] == "1")
            api.log.release()
            #expect(try await first.status == .accepted)
            #expect(try await client.post(draft).status == .accepted)
        }
    }
}
