import HummingbirdTesting
import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

@Suite struct IdempotentOrderTests {
    private let draft = #"{"customer_id":5678,"amount":249.99,"currency":"USD","country":"US"}"#

    @Test func theSameRequestAgainGivesTheSameAnswerAndOneOrder() async throws {
        let api = try APIFixture()
        try await api.test { client in
            let first = try await client.post(draft, key: "k1")
            let second = try await client.post(" " + draft + "\n", key: "k1")
            #expect(first.status == .accepted)
            #expect(first.headers[.idempotencyReplayed] == nil)
            #expect(second.status == .accepted)
            #expect(second.headers[.idempotencyReplayed] == "true")
            #expect(second.headers[.location] == first.headers[.location])
            #expect(second.text == first.text)
            #expect(api.log.orders.count == 1)
        }
    }

    @Test func anotherOrderUnderTheSameKeyIsAMistake() async throws {
        let api = try APIFixture()
        try await api.test { client in
            _ = try await client.post(draft, key: "k1")
            let other = try await client.post(draft.replacing("249.99", with: "250.00"), key: "k1")
            #expect(other.status == .unprocessableContent)
            #expect(try other.json["type"]?.string == "urn:orders-platform:problem:idempotency-key-reused")
            #expect(api.log.orders.count == 1)
        }
    }

    @Test func theSameKeyWhileItsRequestIsUnderWayIsAConflict() async throws {
        let api = try APIFixture()
        try await api.test { client in
            api.log.hold()
            async let first = client.post(draft, key: "k1")
            await api.log.arrival()
            let second = try await client.post(draft, key: "k1")
            #expect(second.status == .conflict)
            #expect(second.headers[.retryAfter] == "1")
            api.log.release()
            #expect(try await first.status == .accepted)
            #expect(try await client.post(draft, key: "k1").headers[.idempotencyReplayed] == "true")
            #expect(api.log.orders.count == 1)
        }
    }

    @Test func aRequestThatFailedMayBeSentAgainAndKeepsItsOrderID() async throws {
        let api = try APIFixture()
        try await api.test { client in
            api.log.fail(with: OrderLogError("away", isRetriable: true))
            #expect(try await client.post(draft, key: "k1").status == .serviceUnavailable)
            api.log.fail(with: nil)
            let again = try await client.post(draft, key: "k1")
            #expect(again.status == .accepted)
            #expect(again.headers[.idempotencyReplayed] == nil)
            #expect(api.log.orders.map(\.id.rawValue) == [try again.json["order_id"]?.int])
        }
    }

    @Test func aReservationThatACrashLeftIsCarriedOutWithTheOrderItReserved() async throws {
        let api = try APIFixture()
        let reserved = OrderIDGenerator(instance: 9) { Sample.now }.next()
        let fingerprint = try OrderIntake.draft(from: .init(string: draft), now: Sample.now).fingerprint
        _ = try await api.store.reserveIdempotencyKey(
            "k1", requestHash: fingerprint, orderID: reserved, now: Sample.now)
        try await api.test { client in
            let response = try await client.post(draft, key: "k1")
            #expect(response.status == .accepted)
            #expect(api.log.orders.map(\.id) == [reserved])
            #expect(api.log.orders.first?.createdAt == Sample.now)
            #expect(try await client.post(draft, key: "k1").headers[.idempotencyReplayed] == "true")
        }
    }

    @Test func anAnswerWhosePlaceIsForgottenStillNamesTheOrder() async throws {
        let api = try APIFixture()
        let fingerprint = try OrderIntake.draft(from: .init(string: draft), now: Sample.now).fingerprint
        _ = try await api.store.reserveIdempotencyKey(
            "k1", requestHash: fingerprint, orderID: OrderID(77)!, now: Sample.now)
        try await api.store.completeIdempotencyKey("k1", now: Sample.now)
        try await api.test { client in
            let response = try await client.post(draft, key: "k1")
            #expect(response.status == .accepted)
            #expect(response.headers[.idempotencyReplayed] == "true")
            #expect(try response.json["order_id"]?.int == 77)
            #expect(try response.json["offset"]?.isNull == true)
            #expect(api.log.orders.isEmpty)
        }
    }

    @Test func aKeyThatIsNoneIsABadRequest() async throws {
        try await APIFixture().test { client in
            let response = try await client.post(draft, key: "two words")
            #expect(response.status == .badRequest)
            #expect(try response.json["errors.0.field"]?.string == "Idempotency-Key")
        }
    }

    @Test func aStoreThatIsBusyMakesAKeyedRequestWaitAndLeavesOthersAlone() async throws {
        let api = try APIFixture(store: BrokenStore(error: OrderStoreError(.busy, "locked by /secret/path")))
        try await api.test { client in
            let keyed = try await client.post(draft, key: "k1")
            #expect(keyed.status == .serviceUnavailable)
            #expect(keyed.headers[.retryAfter] == "2")
            #expect(!keyed.text.contains("secret"))
            #expect(try await client.post(draft).status == .accepted)
        }
    }
}
