import HummingbirdTesting
import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

/// An order that is known with other contents is a conflict, and nothing goes to the log.
@Suite struct OrderConflictTests {
    private let first = #"{"order_id":5,"customer_id":7,"amount":10,"currency":"AUD","country":"AU"}"#
    private let other = #"{"order_id":5,"customer_id":7,"amount":9999,"currency":"USD","country":"AU"}"#

    private func expectConflict(_ response: TestResponse, _ fields: Set<String>) throws {
        #expect(response.status == .conflict)
        #expect(response.headers[.contentType] == "application/problem+json")
        let json = try response.json
        #expect(json["type"]?.string == "urn:orders-platform:problem:order-conflict")
        #expect(Set((0..<(json["errors"]?.count ?? 0)).compactMap { json["errors.\($0).field"]?.string }) == fields)
    }

    @Test func whatWasAcceptedAMomentAgoIsKnown() async throws {
        let api = try APIFixture()
        try await api.test { client in
            #expect(try await client.post(first).status == .accepted)
            let response = try await client.post(other)
            try expectConflict(response, ["amount", "currency"])
            #expect(try response.json["detail"]?.string?.contains("amount is 9999.00 USD instead of 10.00 AUD") == true)
            #expect(api.log.orders.count == 1)
        }
    }

    @Test func whatTheStoreHasIsKnown() async throws {
        let api = try APIFixture()
        try await api.store.apply(StoreBatch(orders: [Sample.document(5, cents: 1_000)]))
        try await api.test { client in
            let order = #"{"order_id":5,"customer_id":7,"amount":10,"currency":"USD","country":"US"}"#
            try expectConflict(try await client.post(order.replacing("\"US\"", with: "\"CA\"")), ["country"])
            try expectConflict(
                try await client.post(order.replacing("}", with: #","created_at":"2020-01-01T00:00:00Z"}"#)),
                ["created_at"])
            #expect(api.log.orders.isEmpty)
            // The same order, and a change of its status, keep the time that it has.
            #expect(try await client.post(order.replacing("}", with: #","status":"CONFIRMED"}"#)).status == .accepted)
            #expect(api.log.orders == [Sample.order(5, cents: 1_000, status: .confirmed)])
        }
    }

    @Test func theStoreKnowsBetterThanWhatWasAcceptedHere() async throws {
        let api = try APIFixture()
        try await api.test { client in
            // What was accepted here was not the first: another client's order had come to the log before.
            let accepted = try await client.post(other)
            #expect(accepted.status == .accepted)
            try await api.store.apply(StoreBatch(orders: [Sample.document(5, cents: 1_000)]))
            let first = #"{"order_id":5,"customer_id":7,"amount":10,"currency":"USD","country":"US"}"#
            #expect(try await client.post(first).status == .accepted)
            try expectConflict(try await client.post(other), ["amount", "country"])
            #expect(api.log.orders.last == Sample.order(5, cents: 1_000))
        }
    }

    @Test func aDocumentMadeFromAPaymentAloneFixesNothing() async throws {
        let api = try APIFixture()
        var document = Sample.document(5, paid: true)
        document.createdSeenAt = nil
        try await api.store.apply(StoreBatch(orders: [document]))
        try await api.test { client in
            let response = try await client.post(first)
            #expect(response.status == .accepted)
        }
    }

    @Test func aTimeThatTheServerGaveIsMarkedOnTheLog() async throws {
        let api = try APIFixture()
        try await api.test { client in
            _ = try await client.post(first)
            _ = try await client.post(
                first.replacing("5,", with: "6,").replacing("}", with: #","created_at":"2026-01-01T00:00:00Z"}"#))
            _ = try await client.post(first.replacing("\"order_id\":5,", with: ""))
            #expect(api.log.assignedTimes == [true, false, false])
        }
    }

    @Test func twoRequestsAtATimeCannotPlaceTwoOrdersOfOneID() async throws {
        let api = try APIFixture()
        try await api.test { client in
            api.log.hold()
            async let held = client.post(first)
            await api.log.arrival()
            try expectConflict(try await client.post(other), ["amount", "currency"])
            api.log.release()
            #expect(try await held.status == .accepted)
            #expect(api.log.orders.count == 1)
        }
    }

    @Test func anOrderThatTheLogDidNotTakeFixesNothing() async throws {
        let api = try APIFixture()
        try await api.test { client in
            api.log.fail(with: OrderLogError("away", isRetriable: true))
            let refused = try await client.post(first)
            #expect(refused.status == .serviceUnavailable)
            api.log.fail(with: nil)
            let taken = try await client.post(other)
            #expect(taken.status == .accepted)
        }
    }

    @Test func aKeyWhoseRequestWasAConflictMayBeUsedForACorrectedOrder() async throws {
        let api = try APIFixture()
        try await api.test { client in
            _ = try await client.post(first)
            try expectConflict(try await client.post(other, key: "k"), ["amount", "currency"])
            try expectConflict(try await client.post(other, key: "k"), ["amount", "currency"])
            #expect(try await client.post(other.replacing("5,", with: "6,"), key: "k").status == .accepted)
            // A key that is done is answered as before, whatever is known now.
            #expect(
                try await client.post(other.replacing("5,", with: "6,"), key: "k").headers[.idempotencyReplayed]
                    == "true")
        }
    }

    @Test func theTrailHasTheConflict() async throws {
        let api = try APIFixture()
        var document = Sample.document(5, cents: 1_000)
        var event = document.order
        event.amount = Money(minorUnits: 999_900, currency: .cad)
        document.noteConflict(event, at: Sample.now.advanced(byMilliseconds: 9_000))
        document.noteConflict(event, at: Sample.now.advanced(byMilliseconds: 10_000))
        try await api.store.apply(StoreBatch(orders: [document]))
        try await api.test { client in
            let json = try await client.get("/api/orders/5").json
            #expect(json["amount"]?.double == 10)
            #expect(json["conflicts.count"]?.int == 2 && json["conflicts.currency"]?.string == "CAD")
            #expect(
                json["trail.1.event"]?.string == "ORDER_CONFLICT"
                    && json["trail.1.at"]?.string == "2026-01-15T10:30:40Z")
            #expect(
                json["trail.1.detail"]?.string
                    == "amount is 9999.00 CAD instead of 10.00 USD; currency is CAD instead of USD; nothing was changed (the latest of 2)"
            )
        }
    }
}
