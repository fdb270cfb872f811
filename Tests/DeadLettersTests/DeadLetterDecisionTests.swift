import OrderEvents
import Testing

@testable import DeadLetters

@Suite struct DeadLetterDecisionTests {
    @Test func aDecisionIsReadAsItWasWritten() throws {
        let decision = DeadLetterDecision(
            action: .replayed, letter: Letters.letter(), at: 1_800_000_000_123, attempt: 2, isCorrected: true,
            by: "somebody \"here\"")
        let json = try decision.encoded()
        #expect(json.withUnsafeBytes { DeadLetterDecision(json: $0) } == decision)
        let text = String(decoding: json, as: UTF8.self)
        #expect(
            text.contains(#""id":"orders/payments-group/0/17""#)
                && text.contains(#""origin":{"offset":812,"partition":0,"topic":"orders"}"#))
    }

    @Test(arguments: ["", "{}", "nonsense", #"{"id":"orders/g/1","action":"replayed"}"#])
    func otherBytesAreNoDecision(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { DeadLetterDecision(json: $0) } == nil)
    }

    @Test func aReplayCountsForAllGroupsOfTheOriginADiscardForItsOwn() {
        let (payments, fraud) = (Letters.letter(), Letters.letter(99, group: "fraud-group"))
        var ledger = DeadLetterLedger()
        #expect(ledger.standing(of: payments) == .open)
        ledger.add(Letters.decision(.discarded, payments, at: 5))
        #expect(ledger.standing(of: payments) == .init(state: .discarded, decidedAt: 5))
        #expect(ledger.standing(of: fraud) == .open)
        ledger.add(Letters.decision(.replayed, fraud, at: 9))
        ledger.add(Letters.decision(.replayed, fraud, at: 7))
        #expect(ledger.standing(of: payments) == .init(state: .replayed, decidedAt: 7))
        #expect(ledger.standing(of: fraud).state == .replayed)
        #expect(ledger.standing(of: Letters.letter(origin: 813)) == .open)
        #expect(ledger.standing(of: Letters.letter(partition: 1)) == .open)
    }

    @Test func aLineOfTheListIsALineToMend() throws {
        let letter = Letters.letter(value: "{\"a\":\"\u{1F600}/\"}")
        let line = try DeadLetterLine(letter, .open).encoded()
        #expect(!line.contains("\n"))
        #expect(
            try CorrectionLine.read(Array(line.utf8)) == CorrectionLine(id: letter.id, value: .value(letter.value!)))
        let bytes = DeadLetter(
            topic: DeadLetterTopic(topic: "orders", group: "g"), partition: 0, offset: 1, timestamp: 0, key: [0xFF],
            value: [0xFF, 0], headers: [])
        let other = try DeadLetterLine(bytes, .open).encoded()
        #expect(other.contains(#""value_base64":"/wA=""#) && other.contains(#""value_bytes":2"#))
        #expect(try CorrectionLine.read(Array(other.utf8))?.value == .value([0xFF, 0]))
    }

    @Test func aLineWithoutAValueMeansTheOriginal() throws {
        #expect(try CorrectionLine.read(Array(#"{"id":"orders/g/0/1","value":null}"#.utf8))?.value == .original)
        #expect(try CorrectionLine.read(Array(" \t\r".utf8)) == nil)
    }

    @Test(arguments: [
        ("nonsense", "JSON"), ("[]", "\"id\""), (#"{"id":7}"#, "\"id\""), (#"{"id":"7"}"#, "orders/payments-group"),
        (#"{"id":"orders/g/0/1","value":{"a":1}}"#, "tojson"), (#"{"id":"orders/g/0/1","value_base64":"%"}"#, "Base64"),
        (#"{"id":"orders/g/0/1","value":"","value_base64":""}"#, "both"),
    ])
    func aWrongLineSaysWhatIsWrong(line: String, said: String) {
        let error = #expect(throws: DeadLetterError.self) { try CorrectionLine.read(Array(line.utf8)) }
        #expect(error?.description.contains(said) == true)
    }
}
