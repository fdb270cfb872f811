import DeadLetters
import HummingbirdTesting
import OrderEvents
import Testing

@testable import OrdersAPI

@Suite struct DeadLetterRouteTests {
    @Test func aLetterIsShownWithItsOriginReasonAndBytes() async throws {
        let board = FakeDeadLetters(
            letters: [
                FakeDeadLetters.letter(value: Array(#"{"a":"é"}"#.utf8)),
                FakeDeadLetters.letter(value: [0xFF, 0], key: [0xFE], decidedAt: Sample.now),
                FakeDeadLetters.letter(value: nil, key: nil),
            ], next: DeadLetterCursor(failedAt: 5, id: DeadLetterID("orders/payments-group/3/17")!), isComplete: false)
        try await APIFixture(deadLetters: board).test { client in
            let json = try await client.get("/api/dead-letters").json
            let time = "\(Sample.now)"
            #expect(json["dead_letters.0.id"]?.string == "orders/payments-group/3/17")
            #expect(
                json["dead_letters.0.origin.partition"]?.int == 3 && json["dead_letters.0.origin.offset"]?.int == 812)
            #expect(
                json["dead_letters.0.origin.timestamp"]?.string == time
                    && json["dead_letters.0.origin.key"]?.string == "42")
            #expect(
                json["dead_letters.0.code"]?.string == "missing_field"
                    && json["dead_letters.0.reason"]?.string == "amount: is missing")
            #expect(json["dead_letters.0.failed_at"]?.string == time && json["dead_letters.0.attempts"]?.int == 1)
            #expect(json["dead_letters.0.state"]?.string == "open" && json["dead_letters.0.decided_at"] == nil)
            #expect(
                json["dead_letters.0.value"]?.string == #"{"a":"é"}"# && json["dead_letters.0.value_bytes"]?.int == 10)
            #expect(json["dead_letters.1.value_base64"]?.string == "/wA=" && json["dead_letters.1.value"] == nil)
            #expect(
                json["dead_letters.1.origin.key_base64"]?.string == "/g=="
                    && json["dead_letters.1.decided_at"]?.string == time)
            #expect(json["dead_letters.2.value"] == nil && json["dead_letters.2.value_bytes"]?.int == 0)
            #expect(json["next_cursor"]?.string?.hasSuffix(".5:orders/payments-group/3/17") == true)
            #expect(json["complete"]?.bool == false)
        }
    }

    @Test func aValueThatIsCutInTheMiddleOfACharacterIsStillText() async throws {
        let whole = Array("aé".utf8)
        let board = FakeDeadLetters(letters: [FakeDeadLetters.letter(value: Array(whole.prefix(2)), valueBytes: 3)])
        try await APIFixture(deadLetters: board).test { client in
            let json = try await client.get("/api/dead-letters").json
            #expect(json["dead_letters.0.value"]?.string == "a" && json["dead_letters.0.value_bytes"]?.int == 3)
        }
        for text in ["", "a", "é", "€", "😀", "a😀"] {
            #expect(Array(text.utf8).droppingPartialCharacter.elementsEqual(text.utf8))
        }
        for (text, kept) in [("é", ""), ("a€", "a"), ("x😀", "x")] {
            for cut in 1..<Array(text.utf8).count - kept.utf8.count {
                #expect(Array(text.utf8.dropLast(cut)).droppingPartialCharacter.elementsEqual(kept.utf8))
            }
        }
    }

    @Test func filtersAndPagesAreHandedOnAndOpenIsMeantUnlessSaid() async throws {
        let board = FakeDeadLetters(next: DeadLetterCursor(failedAt: 7, id: DeadLetterID("orders/g/0/1")!))
        try await APIFixture(deadLetters: board).test { client in
            let query = "/api/dead-letters?topic=orders&group=g&code=c&state=all&limit=3"
            let next = try #require(try await client.get(query).json["next_cursor"]?.string)
            _ = try await client.get("\(query)&cursor=\(next)")
            _ = try await client.get("/api/dead-letters?state=replayed")
            _ = try await client.get("/api/dead-letters")
        }
        #expect(
            board.questions == [
                .init(filter: .init(topic: "orders", group: "g", code: "c"), cursor: nil, limit: 3),
                .init(
                    filter: .init(topic: "orders", group: "g", code: "c"),
                    cursor: DeadLetterCursor(failedAt: 7, id: DeadLetterID("orders/g/0/1")!), limit: 3),
                .init(filter: .init(state: .replayed), cursor: nil, limit: 50),
                .init(filter: .init(state: .open), cursor: nil, limit: 50),
            ])
    }

    @Test(arguments: ["state=lost", "limit=0", "limit=201", "cursor=x", "cursor=7:orders", "topik=orders"])
    func aWrongParameterIsNamed(query: String) async throws {
        try await APIFixture(deadLetters: FakeDeadLetters()).test { client in
            let response = try await client.get("/api/dead-letters?\(query)")
            #expect(response.status == .badRequest)
            #expect(try response.json["errors.0.field"]?.string == query.split(separator: "=").first.map(String.init))
        }
    }

    @Test func beforeTheyAreReadAndWhereNobodyReadsThemTheAnswerSaysToComeBack() async throws {
        for board in [nil, FakeDeadLetters(status: .starting)] {
            try await APIFixture(deadLetters: board).test { client in
                let response = try await client.get("/api/dead-letters")
                #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] == "2")
            }
        }
    }

    @Test func theSystemPageCountsThem() async throws {
        let board = FakeDeadLetters(
            topics: [.init(topic: "orders", group: "a", open: 3), .init(topic: "orders", group: "b", open: 0)])
        try await APIFixture(deadLetters: board).test { client in
            let json = try await client.get("/api/system").json
            #expect(json["dead_letters.status"]?.string == "current" && json["dead_letters.open"]?.int == 3)
            #expect(json["dead_letters.topics.0.group"]?.string == "a" && json["dead_letters.topics.0.open"]?.int == 3)
            #expect(json["dead_letters.topics.1.open"]?.int == 0)
        }
        try await APIFixture().test { client in
            let json = try await client.get("/api/system").json
            #expect(json["dead_letters"] == nil)
        }
    }
}
