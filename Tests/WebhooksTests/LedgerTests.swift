import Foundation
import OrderEvents
import Secrets
import TestSupport
import Testing

@testable import Webhooks

@Suite struct LedgerTests {
    private static let now = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)
    private static let schedule = DeliverySchedule()

    private static func document(
        _ status: OrderStatus = .created, payment: PaymentStatus? = nil, isFlagged: Bool = false
    ) -> OrderDocument {
        let id = OrderID(7)!
        let amount = Money(minorUnits: 12_345, currency: .usd)
        let country = CountryCode(code: "US")!
        var document = OrderDocument(
            order: Order(id: id, customerID: 1, amount: amount, country: country, status: status, createdAt: now),
            payment: payment.map {
                Payment(
                    orderID: id, customerID: 1, status: $0, amount: amount, country: country,
                    processedAt: now.advanced(byMilliseconds: 5))
            },
            fraud: isFlagged
                ? FraudAlert(
                    orderID: id, customerID: 1, reason: .highAmountRiskyCountry, amount: amount, country: country,
                    detectedAt: now.advanced(byMilliseconds: 3)) : nil,
            revision: 1, updatedAt: now)
        document.noteSeen(.created, at: now)
        if status == .confirmed { document.noteSeen(.confirmed, at: now.advanced(byMilliseconds: 9)) }
        if status == .cancelled { document.noteSeen(.cancelled, at: now.advanced(byMilliseconds: 9)) }
        return document
    }

    private static func endpoint(_ name: String, _ outcomes: OrderOutcome...) throws -> WebhookEndpoint {
        try WebhookEndpoint(
            name: name, url: "https://example.com/", secrets: [Secret(EndpointTests.secret)],
            outcomes: outcomes.isEmpty ? Set(OrderOutcome.allCases) : Set(outcomes))
    }

    private static func announced(_ document: OrderDocument) throws -> Set<OrderOutcome> {
        var ledger = WebhookLedger(of: document.order.id)
        _ = ledger.announce(document, to: [try endpoint("a")], now: now, oldest: .epoch)
        return Set(ledger.events.map(\.type))
    }

    @Test func theIdOfAnEventTellsItsOrderAndOutcome() throws {
        for outcome in OrderOutcome.allCases {
            let found = OrderOutcome.parse(messageID: outcome.messageID(of: OrderID(42)!))
            #expect(found?.order == OrderID(42) && found?.outcome == outcome)
        }
        for text in ["", "msg", "msg_1_order", "msg_01_order_paid", "msg_x_order_paid", "id_1_order_paid", "msg_1_"] {
            #expect(OrderOutcome.parse(messageID: text) == nil, "\(text)")
        }
    }

    @Test func aRequestIsReadAsItWasWritten() throws {
        let redelivery = try #require(WebhookRequest.Redelivery(.paid, of: Self.document(payment: .paid), to: "crm"))
        #expect(WebhookRequest.Redelivery(.flagged, of: Self.document(), to: nil) == nil)
        for request in [WebhookRequest.redeliver(redelivery), .enable(endpoint: "crm")] {
            var json = JSONBytes()
            request.encode(into: &json)
            #expect(try json.bytes.withUnsafeBytes { try WebhookRequest(json: $0) } == request)
        }
    }

    @Test func aDocumentTellsWhatBecameOfItsOrder() throws {
        #expect(try Self.announced(Self.document()) == [.created])
        #expect(try Self.announced(Self.document(.confirmed, payment: .paid)) == [.created, .confirmed, .paid])
        #expect(try Self.announced(Self.document(payment: .declined)) == [.created, .paymentFailed])
        #expect(try Self.announced(Self.document(isFlagged: true)) == [.created, .flagged])
        #expect(
            try Self.announced(Self.document(.cancelled, payment: .paid)) == [.created, .cancelled, .paid, .refundDue])
        #expect(
            try Self.announced(Self.document(.cancelled, payment: .declined))
                == [.created, .cancelled, .paymentFailed])
    }

    @Test func eachOutcomeIsAnnouncedOnceToThoseThatSubscribeToIt() throws {
        let endpoints = [try Self.endpoint("a", .paid, .cancelled), try Self.endpoint("b", .paid)]
        var ledger = WebhookLedger(of: OrderID(7)!)
        func announce(_ document: OrderDocument) -> Bool {
            ledger.announce(document, to: endpoints, now: Self.now, oldest: .epoch)
        }
        #expect(!announce(Self.document()))
        #expect(announce(Self.document(payment: .paid)))
        #expect(!announce(Self.document(payment: .paid)))
        #expect(ledger.deliveries.map(\.endpoint) == ["a", "b"] && ledger.events.map(\.id) == ["msg_7_order_paid"])
        #expect(announce(Self.document(.cancelled, payment: .paid)))
        #expect(ledger.deliveries.map(\.event) == ["msg_7_order_paid", "msg_7_order_paid", "msg_7_order_cancelled"])
    }

    @Test func whatIsOlderThanTheScheduleIsNotAnnounced() throws {
        var ledger = WebhookLedger(of: OrderID(7)!)
        let later = Self.now.advanced(byMilliseconds: 4)
        let document = Self.document(payment: .paid)
        #expect(ledger.announce(document, to: [try Self.endpoint("a")], now: later, oldest: later))
        #expect(ledger.events.map(\.type) == [.paid])
    }

    @Test func anIDHasNoFullStopAndTheBodyIsTheOrderAsTheAPIShowsIt() throws {
        for outcome in OrderOutcome.allCases {
            #expect(!outcome.messageID(of: OrderID(7)!).contains("."))
        }
        let payload = OrderOutcome.paid.payload(of: Self.document(payment: .paid), at: Self.now)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any])
        #expect(json["type"] as? String == "order.paid" && json["timestamp"] as? String == "2023-11-14T22:13:20Z")
        let data = try #require(json["data"] as? [String: Any])
        #expect(data["order_id"] as? Int == 7 && (data["payment"] as? [String: Any])?["status"] as? String == "PAID")
    }

    @Test func aDeliveryEndsDeliveredOrRefusedOrGivenUpAfterADay() throws {
        var random = SeededGenerator(seed: 1)
        func ledger() throws -> WebhookLedger {
            var ledger = WebhookLedger(of: OrderID(7)!)
            _ = ledger.announce(
                Self.document(payment: .paid), to: [try Self.endpoint("a", .paid)], now: Self.now, oldest: .epoch)
            return ledger
        }
        func note(_ ledger: inout WebhookLedger, _ answer: DeliveryAnswer, after milliseconds: Int64) {
            ledger.note(
                answer, at: 0, now: Self.now.advanced(byMilliseconds: milliseconds), schedule: Self.schedule,
                using: &random)
        }
        var delivered = try ledger()
        note(&delivered, .failed(status: 503, detail: "answered 503", retryAfter: 9), after: 0)
        #expect(delivered.deliveries[0].state == .pending && delivered.deliveries[0].status == 503)
        #expect(delivered.due! >= Self.now.millisecondsSinceEpoch + 9_000)
        #expect(delivered.events[0].payload != nil)
        note(&delivered, .delivered(status: 204), after: 10_000)
        #expect(delivered.deliveries[0].state == .delivered && delivered.deliveries[0].attempts == 2)
        #expect(delivered.due == nil && delivered.events[0].payload == nil && delivered.deliveries[0].detail == nil)

        var refused = try ledger()
        note(&refused, .refused(status: 422), after: 0)
        #expect(refused.deliveries[0].state == .failed && refused.due == nil)
        var gone = try ledger()
        note(&gone, .gone, after: 0)
        #expect(gone.deliveries[0].state == .failed && gone.deliveries[0].status == 410)

        var late = try ledger()
        note(&late, .failed(status: nil, detail: "no answer", retryAfter: nil), after: Self.schedule.patience - 1)
        #expect(late.deliveries[0].state == .pending)
        note(&late, .failed(status: nil, detail: "no answer", retryAfter: nil), after: Self.schedule.patience)
        #expect(late.deliveries[0].state == .failed && late.deliveries[0].detail == "no answer; given up")
    }

    @Test func aBodyThatIsOnItsWayDoesNotChangeAndIsDroppedWithItsLastDelivery() throws {
        var random = SeededGenerator(seed: 2)
        let (first, second) = (try Self.endpoint("a", .paid), try Self.endpoint("b", .paid))
        var ledger = WebhookLedger(of: OrderID(7)!)
        _ = ledger.announce(Self.document(payment: .paid), to: [first], now: Self.now, oldest: .epoch)
        let body = ledger.events[0].payload
        _ = ledger.announce(
            Self.document(.cancelled, payment: .paid), to: [first, second], now: Self.now, oldest: .epoch)
        #expect(ledger.events[0].payload == body && ledger.deliveries.count == 2)
        for place in 0..<2 {
            #expect(ledger.events[0].payload == body)
            ledger.note(
                .delivered(status: 200), at: place, now: Self.now, schedule: Self.schedule, using: &random)
        }
        #expect(ledger.events[0].payload == nil)
    }

    @Test func aLedgerIsReadAsItWasWrittenAndAnythingElseIsAnError() throws {
        var ledger = WebhookLedger(of: OrderID(7)!)
        _ = ledger.announce(Self.document(payment: .paid), to: [try Self.endpoint("a")], now: Self.now, oldest: .epoch)
        var json = JSONBytes()
        ledger.encode(into: &json)
        #expect(try json.withUnsafeBytes { try WebhookLedger(json: $0) } == ledger)
        #expect(String(decoding: Topics.webhookDeliveries.key(of: ledger), as: UTF8.self) == "order-7")
        for text in ["", "{}", "[]", "{\"order_id\":\"x\"}"] {
            #expect(throws: EventError.self) { try Array(text.utf8).withUnsafeBytes { try WebhookLedger(json: $0) } }
        }
    }
}
