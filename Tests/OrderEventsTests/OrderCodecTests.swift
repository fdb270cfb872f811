import OrderEvents
import Testing

@Suite("Order as JSON")
struct OrderCodecTests {
    @Test("the seven-field order reads and writes as the design has it")
    func sample() throws {
        #expect(try decode(Order.self, Sample.orderJSON) == Sample.order)
        #expect(encoded(Sample.order) == Sample.orderJSON)
        #expect(Topics.orders.key(of: Sample.order) == Array("123".utf8))
    }

    @Test("field order, white space, escapes, unknown fields, quoted amounts make no difference")
    func tolerant() throws {
        let json = """
             \t\r\n{ "note" : "caf\\u00e9 \\ud83d\\ude42 \\" \\\\ \\/ \\b\\f\\n\\r\\t 🙂", "created_at" : "2024-01-15T11:30:00.000+01:00",
            "tags":[1,-2.5e-3,true,false,null,{"a":{"order_id":9}},[],{}], "\\u0073tatus":"CR\\u0045ATED" , "country":"US",
            "lone":"\\ud800", "currency":"U\\u0053D","amount":"249.990", "customer_id":5678.0,"order_id":1.23e2 } \n
            """
        #expect(try decode(Order.self, json) == Sample.order)
    }

    @Test(
        "a wrong field is named with the kind of its problem",
        arguments: [
            ("\"order_id\":123", "\"order_id\":0", "order_id", EventError.Code.outOfRange),
            ("\"order_id\":123", "\"order_id\":-1", "order_id", .outOfRange),
            ("\"order_id\":123", "\"order_id\":9007199254740992", "order_id", .outOfRange),
            ("\"order_id\":123", "\"order_id\":99999999999999999999999", "order_id", .outOfRange),
            ("\"order_id\":123", "\"order_id\":1.5", "order_id", .wrongType),
            ("\"order_id\":123", "\"order_id\":\"123\"", "order_id", .wrongType),
            ("\"order_id\":123", "\"order_id\":null", "order_id", .missingField),
            ("\"order_id\":123", "\"order_id\":[1]", "order_id", .wrongType),
            ("\"order_id\":123", "\"order_idx\":123", "order_id", .missingField),
            ("\"order_id\":123", "\"order_id\":123,\"order_id\":123", "order_id", .duplicateField),
            ("5678", "-1", "customer_id", .outOfRange),
            ("249.99", "249.999", "amount", .tooManyDecimals),
            ("249.99", "-0.01", "amount", .outOfRange),
            ("249.99", "1e300", "amount", .outOfRange),
            ("249.99", "true", "amount", .wrongType),
            ("249.99", "\"12,50\"", "amount", .wrongType),
            ("249.99", "{}", "amount", .wrongType),
            ("\"USD\"", "\"usd\"", "currency", .unknownCurrency),
            ("\"USD\"", "\"US\\ud800\"", "currency", .unknownCurrency),
            ("\"USD\"", "\"US\\u0000\"", "currency", .unknownCurrency),
            ("\"USD\"", "840", "currency", .wrongType),
            ("\"US\"", "\"XX\"", "country", .unknownCountry),
            ("CREATED", "created", "status", .unknownStatus),
            ("CREATED", "", "status", .unknownStatus),
            ("2024-01-15T10:30:00Z", "2024-01-15T10:30:00", "created_at", .invalidTimestamp),
            ("2024-01-15T10:30:00Z", "yesterday", "created_at", .invalidTimestamp),
            ("2024-01-15T10:30:00Z", "1969-01-15T10:30:00Z", "created_at", .outOfRange),
        ])
    func wrongField(_ part: String, _ replacement: String, _ field: String, _ code: EventError.Code) {
        let error = failure(Order.self, Sample.orderJSON.replacing(part, with: replacement))
        #expect(error?.field == field)
        #expect(error?.code == code)
    }

    @Test(
        "each field is required",
        arguments: ["order_id", "customer_id", "amount", "currency", "country", "status", "created_at"])
    func required(_ field: String) {
        let error = failure(Order.self, Sample.orderJSON.replacing("\"\(field)\"", with: "\"x_\(field)\""))
        #expect(error == EventError(.missingField, field: field, detail: "is missing"))
    }

    @Test("all wrong fields are found at once where people are to read them")
    func allProblems() throws {
        let json = """
            {"order_id":-4,"customer_id":"x","amount":1.005,"currency":"USD","country":"XX","status":"OPEN","created_at":5,"order_id":7}
            """
        guard case .failure(let problems) = validateOrder(json) else {
            Issue.record("the order was taken")
            return
        }
        let fields = problems.all.map { $0.field ?? "" }
        #expect(
            fields == ["order_id", "customer_id", "country", "status", "created_at", "order_id", "amount"])
        #expect(validateOrder(Sample.orderJSON) == .success(Sample.order))
        guard case .failure(let nothing) = validateOrder("{}") else { return }
        #expect(nothing.all.count == 7)
        #expect(nothing.all.allSatisfy { $0.code == .missingField })
        guard case .failure(let malformed) = validateOrder("{\"order_id\":-4,") else { return }
        #expect(malformed.all.count == 1 && malformed.all[0].isMalformed)
    }

    @Test("a draft may leave identity, status and time open")
    func draft() throws {
        let open = try validateDraft(#"{"customer_id":1,"amount":5,"currency":"JPY","country":"JP","order_id":null}"#)
            .get()
        #expect(open.id == nil && open.status == nil && open.createdAt == nil)
        #expect(open.amount == Money(minorUnits: 5, currency: .jpy))
        let order = open.order(id: OrderID(9)!, createdAt: .epoch)
        #expect(order.id.rawValue == 9 && order.status == .created && order.createdAt == .epoch)
        let full = try validateDraft(Sample.orderJSON).get()
        #expect(full.order(id: OrderID(9)!, createdAt: .epoch) == Sample.order)
        guard case .failure(let problems) = validateDraft(#"{"order_id":0,"status":"X","amount":-1}"#) else {
            Issue.record("the draft was taken")
            return
        }
        #expect(
            problems.all.map { $0.field ?? "" } == [
                "order_id", "status", "customer_id", "currency", "country", "amount",
            ])
    }
}
