import OrderEvents
import Testing

@Suite("Payments, alerts and documents as JSON")
struct SectionCodecTests {
    @Test("a payment reads and writes as the design has it")
    func payment() throws {
        let paid = Sample.payment(of: Sample.order)
        let json = """
            {"order_id":123,"customer_id":5678,"status":"PAID","amount":249.99,"currency":"USD","country":"US",\
            "processed_at":"2024-01-15T10:30:00.025Z"}
            """
        #expect(encoded(paid) == json)
        #expect(try decode(Payment.self, json) == paid)
        let declined = Sample.payment(of: Sample.order, .declined)
        #expect(encoded(declined).contains("\"decline_reason\":\"LIMIT_EXCEEDED\""))
        #expect(try decode(Payment.self, encoded(declined)) == declined)
        for reason in DeclineReason.allCases {
            var payment = declined
            payment.declineReason = reason
            #expect(try decode(Payment.self, encoded(payment)) == payment)
        }
        #expect(failure(Payment.self, json.replacing("PAID", with: "LOST"))?.code == .unknownStatus)
        #expect(
            failure(Payment.self, encoded(declined).replacing("LIMIT_EXCEEDED", with: "BAD_MOOD"))?.code
                == .unknownReason)
    }

    @Test("the names of states and reasons read back as themselves, and nothing else does")
    func names() {
        for status in OrderStatus.allCases { #expect(OrderStatus(name: status.name) == status) }
        for status in PaymentStatus.allCases { #expect(PaymentStatus(name: status.description) == status) }
        for reason in DeclineReason.allCases { #expect(DeclineReason(name: reason.name) == reason) }
        for reason in FraudReason.allCases { #expect(FraudReason(name: reason.name) == reason) }
        for text in ["", "created", "CREATED ", "CREATE", "PAID\u{0}"] { #expect(OrderStatus(name: text) == nil) }
    }

    @Test("an alert reads and writes as the design has it")
    func alert() throws {
        var order = Sample.order
        order.country = .germany
        order.amount.minorUnits = 30_001
        let alert = try #require(FraudRule.builtIn.alert(for: order, at: order.createdAt))
        let json = """
            {"order_id":123,"customer_id":5678,"reason":"HIGH_AMOUNT_RISKY_COUNTRY","amount":300.01,"currency":"USD",\
            "country":"DE","detected_at":"2024-01-15T10:30:00Z"}
            """
        #expect(encoded(alert) == json)
        #expect(try decode(FraudAlert.self, json) == alert)
    }

    @Test("a document reads and writes as the design has it, and its view lacks the type")
    func document() throws {
        var document = Sample.document(Sample.order, payment: .paid, revision: 2)
        document.noteSeen(.confirmed, at: document.order.createdAt.advanced(byMilliseconds: 1_000))
        document.noteSeen(.created, at: .epoch)
        let view = """
            "order_id":123,"customer_id":5678,"amount":249.99,"currency":"USD","country":"US","status":"CREATED",\
            "created_at":"2024-01-15T10:30:00Z","payment":{"status":"PAID","processed_at":"2024-01-15T10:30:00.025Z"},\
            "fraud":{"flagged":false},"history":{"CREATED":"2024-01-15T10:30:00Z","CONFIRMED":"2024-01-15T10:30:01Z"},\
            "revision":2,"updated_at":"2024-01-15T10:30:00Z"}
            """
        #expect(encoded(document) == "{\"type\":\"order\"," + view)
        var bytes = JSONBytes()
        document.encodeView(into: &bytes)
        let shown = view.replacing(
            "\"status\":\"PAID\",", with: "\"status\":\"PAID\",\"amount\":249.99,\"currency\":\"USD\",")
        #expect(bytes.description == "{" + shown)
        #expect(try decode(OrderDocument.self, encoded(document)) == document)
        #expect(try decode(OrderDocument.self, bytes.description) == document)
        #expect(try decode(AnalyticsEvent.self, encoded(document)) == .order(document))
        #expect(Topics.orderAnalytics.key(of: .order(document)) == Array("123".utf8))
    }

    @Test("a section that differs from the order keeps its own data")
    func differing() throws {
        var document = Sample.document(
            Sample.order(5, cents: 40_000, country: .germany), payment: .declined, flagged: true)
        #expect(try decode(OrderDocument.self, encoded(document)) == document)
        document.order.amount = Money(minorUnits: 7, currency: .jpy)
        document.order.country = .canada
        document.order.customerID = 99
        let json = encoded(document)
        #expect(json.contains("\"amount\":400.00,\"currency\":\"USD\",\"country\":\"DE\",\"customer_id\":7"))
        #expect(try decode(OrderDocument.self, json) == document)
        let expected = try #require(document.payment)
        // The sections may stand before what they lean on.
        let reordered =
            "{\"fraud\":{\"flagged\":false},\"payment\":{\"amount\":\"3\",\"status\":\"PAID\",\"processed_at\":\"\(expected.processedAt)\"},"
            + Sample.orderJSON.dropFirst().dropLast() + ",\"revision\":1,\"updated_at\":\"2024-01-15T10:30:00Z\"}"
        let read = try decode(OrderDocument.self, reordered)
        #expect(read.payment?.amount == Money(minorUnits: 300, currency: .usd))
        #expect(read.payment?.country == .unitedStates)
    }

    @Test("what contradicted an order stands in its document, with the fields that differ")
    func conflicts() throws {
        var document = Sample.document(Sample.order)
        var event = document.order
        event.status = .cancelled
        event.amount = Money(minorUnits: 999_900, currency: .jpy)
        document.noteConflict(event, at: Timestamp(rfc3339: "2024-01-16T00:00:00Z")!)
        let json = encoded(document)
        #expect(
            json.contains(
                #""conflicts":{"count":1,"status":"CANCELLED","amount":999900,"currency":"JPY","seen_at":"2024-01-16T00:00:00Z"}"#
            ))
        #expect(try decode(OrderDocument.self, json) == document)
        event.country = .germany
        event.customerID = OrderID.maximum
        event.createdAt = .epoch
        event.amount = Money(minorUnits: Money.maximumMinorUnits, currency: .kwd)
        for _ in 0..<3 { document.noteConflict(event, at: .epoch) }
        #expect(document.conflicts?.count == 4)
        #expect(try decode(OrderDocument.self, encoded(document)) == document)
        #expect(
            failure(OrderDocument.self, json.replacing("\"count\":1", with: "\"count\":0"))?.field == "conflicts.count")
    }

    @Test("every difference between two events of an order is named")
    func differences() {
        let first = Sample.order.terms
        #expect(first.differences(to: first).isEmpty)
        var other = first
        other.amount = Money(minorUnits: 24_999, currency: .eur)
        #expect(
            first.differences(to: other).map(\.description) == [
                "amount is 249.99 EUR instead of 249.99 USD", "currency is EUR instead of USD",
            ])
        other = OrderTerms(customerID: 1, amount: first.amount, country: .germany, createdAt: .epoch)
        #expect(first.differences(to: other).map(\.field) == ["customer_id", "country", "created_at"])
    }

    @Test("a wrong field of a section is named with the section")
    func nestedError() {
        let document = encoded(Sample.document(Sample.order(5), payment: .paid, flagged: true))
        #expect(failure(OrderDocument.self, document.replacing("PAID", with: "X"))?.field == "payment.status")
        #expect(
            failure(OrderDocument.self, document.replacing("HIGH_AMOUNT_RISKY_COUNTRY", with: "X"))?.field
                == "fraud.reason")
        #expect(
            failure(OrderDocument.self, document.replacing("\"CREATED\":\"2", with: "\"CREATED\":\"x"))?.field
                == "history.CREATED")
        #expect(
            failure(OrderDocument.self, document.replacing("\"flagged\":true,", with: ""))?.field == "fraud.flagged")
        #expect(
            failure(OrderDocument.self, document.replacing("\"revision\":1", with: "\"revision\":-1"))?.field
                == "revision")
    }

    @Test("an analytics event is distinguished by its type, wherever that stands")
    func type() throws {
        let document = Sample.document(Sample.order(5))
        let json =
            "{" + encoded(document).dropFirst("{\"type\":\"order\",".count).dropLast() + " ,\"type\" : \"order\"}"
        #expect(try decode(AnalyticsEvent.self, json) == .order(document))
        #expect(failure(AnalyticsEvent.self, "{\"type\":\"other\"}")?.code == .unknownType)
        #expect(
            failure(AnalyticsEvent.self, "{\"x\":1}") == EventError(.missingField, field: "type", detail: "is missing"))
    }

    @Test("text of any kind becomes a valid JSON string")
    func strings() throws {
        var bytes = JSONBytes(capacity: 1)
        bytes.append(string: "a\"b\\c\n\r\t\u{1}\u{1F}é🙂/")
        #expect(bytes.description == #""a\"b\\c\n\r\t\u0001\u001fé🙂/""#)
        bytes.removeAll()
        #expect(bytes.isEmpty && bytes.bytes.isEmpty)
        bytes.append(integer: .min)
        bytes.append(integer: .max)
        bytes.append(contentsOf: [0x21, 0x22])
        #expect(bytes.description == "-92233720368547758089223372036854775807!\"")
        bytes.removeLast(downTo: 2)
        #expect(bytes.bytes == Array("-9".utf8))
    }
}
