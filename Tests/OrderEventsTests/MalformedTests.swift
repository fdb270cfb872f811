import OrderEvents
import Testing

@Suite("Malformed JSON")
struct MalformedTests {
    @Test("every truncation of an event is malformed, not a trap")
    func truncated() {
        let whole = Array(Sample.orderJSON.utf8)
        for length in 0..<whole.count {
            #expect(throws: EventError.self) { try decode(Order.self, Array(whole[..<length])) }
        }
    }

    @Test(
        "what RFC 8259 does not allow is malformed",
        arguments: [
            "", " ", "null", "[]", "1", "\"x\"", "{", "{}}", "{} x", "{]", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
            "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1.}",
            "{\"a\":1e}",
            "{\"a\":-}", "{\"a\":tru}", "{\"a\":True}", "{\"a\":nul", "{\"a\":NaN}", "{\"a\":Infinity}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12G4\"}", "{\"a\":\"", "{\"a\":\"\\\"}",
            "{\"a\":[1,]}",
            "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":{\"b\":1]}", "// c\n{}", "{\"a\":1}/*c*/", "\u{FEFF}{}",
            "{\"a\":\u{0}}", "\u{0}",
            "{\"a\":0x1}", "{\"a\":1e5.5}", "{\"a\":--1}", "{\"a\":\u{A0}1}",
        ])
    func grammar(_ json: String) {
        #expect(failure(Order.self, json) != nil)
        #expect(failure(AnalyticsEvent.self, json) != nil)
        guard case .failure(let problems) = validateOrder(json) else {
            Issue.record("it was taken")
            return
        }
        #expect(problems.all.count == 1 && problems.all[0].isMalformed)
    }

    @Test("invalid UTF-8 in a string is malformed wherever it stands")
    func utf8() {
        let bad: [[UInt8]] = [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x99],
        ]
        for bytes in bad {
            for (start, end) in [("{\"a\":\"", "\"}"), ("{\"", "\":1}"), ("{\"status\":\"", "\"}")] {
                let json = Array(start.utf8) + bytes + Array(end.utf8)
                let error = #expect(throws: EventError.self) { try decode(Order.self, json) }
                #expect(error?.isMalformed == true)
            }
        }
    }

    @Test("nesting is bounded, and deep nesting within the bound is skipped")
    func nesting() throws {
        func nested(_ depth: Int) -> String {
            let value = String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
            return "{\"deep\":\(value)," + Sample.orderJSON.dropFirst()
        }
        #expect(try decode(Order.self, nested(64)) == Sample.order)
        #expect(failure(Order.self, nested(65))?.isMalformed == true)
        #expect(failure(Order.self, "{\"a\":" + String(repeating: "{\"a\":", count: 10_000))?.isMalformed == true)
        #expect(failure(Order.self, String(repeating: "[", count: 60_000))?.isMalformed == true)
    }

    @Test("an event may have 64 KiB and no byte more")
    func size() throws {
        func padded(to count: Int) -> String {
            let start = "{\"padding\":\""
            let end = "\"," + Sample.orderJSON.dropFirst()
            return start + String(repeating: "x", count: count - start.utf8.count - end.utf8.count) + end
        }
        #expect(try decode(Order.self, padded(to: 65_536)) == Sample.order)
        #expect(failure(Order.self, padded(to: 65_537))?.code == .tooLarge)
        #expect(failure(OrderDocument.self, padded(to: 1_000_000))?.code == .tooLarge)
        guard case .failure(let errors) = validateOrder(padded(to: 65_537)) else {
            Issue.record("it was taken")
            return
        }
        #expect(errors.all.map(\.code) == [.tooLarge])
    }

    @Test("a long wrong value is cut in the message")
    func longValue() throws {
        let json = Sample.orderJSON.replacing("CREATED", with: String(repeating: "é", count: 5_000))
        let error = try #require(failure(Order.self, json))
        #expect(error.code == .unknownStatus)
        #expect(error.description.utf8.count < 200)
    }

    @Test("the place of an error is the byte where reading stopped")
    func place() {
        #expect(failure(Order.self, "{\"a\":1 x}")?.code == .malformedJSON(offset: 7))
        #expect(failure(Order.self, "{\"a\":1 x}")?.description == "malformed JSON at byte 7: expected ',' or '}'")
    }
}
