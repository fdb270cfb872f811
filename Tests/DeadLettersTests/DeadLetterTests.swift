import OrderEvents
import Kafka
import Testing

@testable import DeadLetters

@Suite struct DeadLetterTests {
    @Test(arguments: ["orders/payments-group/3/17", "a.b/c/0/0", "orders/g/2147483647/9223372036854775807"])
    func anIDIsItsText(text: String) { #expect(DeadLetterID(text)?.description == text) }

    @Test(arguments: [
        "", "orders", "orders/g/1", "orders/g/1/2/3", "/g/1/2", "orders//1/2", "orders/g/x/2", "orders/g/-1/2",
        "orders/g/1/-2", "o/g/1/",
    ])
    func anotherTextIsNoID(text: String) { #expect(DeadLetterID(text) == nil) }

    @Test func aTopicsNameTellsTopicAndGroup() {
        #expect(
            DeadLetterTopic(name: "orders.payments-group.dlq")
                == DeadLetterTopic(topic: "orders", group: "payments-group"))
        #expect(DeadLetterTopic(name: "eu.orders.g.dlq") == DeadLetterTopic(topic: "eu.orders", group: "g"))
        #expect(DeadLetterTopic(name: "eu.orders.g.dlq")?.name == "eu.orders.g.dlq")
        for name in ["orders", "orders.dlq", ".g.dlq", "orders..dlq", ".dlq", "dlq"] {
            #expect(DeadLetterTopic(name: name) == nil)
        }
    }

    @Test func aLetterIsReadFromItsHeadersAndKeepsTheRecordsOwn() {
        let letter = Letters.letter(attempts: 2, own: [RecordHeader("trace", "t")])
        #expect(letter.id.description == "orders/payments-group/0/17")
        #expect(letter.origin == DeadLetterOrigin(topic: "orders", partition: 0, offset: 812) && letter.hasOrigin)
        #expect(letter.timestamp == 1_700_000_000_000 && letter.failedAt == 1_700_000_000_500)
        #expect(letter.code == "missing_field" && letter.reason == "amount: is missing" && letter.attempts == 2)
        #expect(letter.headers == [RecordHeader("trace", "t")])
        #expect(letter.keyText == "42")
    }

    @Test func aRecordWithoutHeadersOrWithWrongOnesIsALetterAllTheSame() {
        let topic = DeadLetterTopic(topic: "orders", group: "g")
        let bare = DeadLetter(topic: topic, partition: 1, offset: 5, timestamp: 99, key: nil, value: nil, headers: [])
        #expect(!bare.hasOrigin && bare.origin == DeadLetterOrigin(topic: "orders.g.dlq", partition: 1, offset: 5))
        #expect(bare.code == "unknown" && bare.failedAt == 99 && bare.timestamp == nil && bare.attempts == 0)
        let wrong = ["dlq-partition", "dlq-offset", "dlq-timestamp", "dlq-failed-at", "dlq-attempts", "dlq-replay-of"]
            .map { RecordHeader($0, "-1") }
        let letter = DeadLetter(
            topic: topic, partition: 1, offset: 5, timestamp: -1, key: nil, value: nil, headers: wrong)
        #expect(
            !letter.hasOrigin && letter.timestamp == nil && letter.failedAt == 0 && letter.attempts == 0
                && letter.replayOf == nil)
    }

    @Test func aFilterTakesWhatAgreesInEverything() {
        let letter = Letters.letter()
        func matches(_ filter: DeadLetterFilter) -> Bool { filter.matches(letter, .open) }
        #expect(matches(DeadLetterFilter()))
        #expect(
            matches(
                DeadLetterFilter(
                    topic: "orders", group: "payments-group", code: "missing_field", key: "42", since: letter.failedAt,
                    until: letter.failedAt + 1,
                    state: .open)))
        for other in [
            DeadLetterFilter(topic: "payments"), .init(group: "g"), .init(code: "x"), .init(key: "4"),
            .init(since: letter.failedAt + 1),
            .init(until: letter.failedAt), .init(state: .replayed),
        ] {
            #expect(!matches(other))
        }
        #expect(!DeadLetterFilter(key: "").matches(Letters.letter(key: nil), .open))
        #expect(DeadLetterFilter(topic: "orders").covers(DeadLetterTopic(topic: "orders", group: "g")))
        #expect(!DeadLetterFilter(group: "h").covers(DeadLetterTopic(topic: "orders", group: "g")))
    }

    @Test func theNewestAreKeptAndShownOncePerOrigin() {
        var newest = NewestDeadLetters(limit: 4)
        for number in Int64(0)..<500 {
            for group in ["b-group", "a-group"] {
                newest.add(Letters.letter(number, origin: 1000 + number, group: group, failedAt: 7_000 - number), .open)
            }
        }
        #expect(newest.total == 1000)
        // Four records, each with its two letters.
        #expect(newest.newest.map(\.letter.id.offset) == [0, 0, 1, 1, 2, 2, 3, 3])
        let rows = newest.byOrigin
        #expect(rows.map(\.groups) == Array(repeating: ["a-group", "b-group"], count: 4))
        #expect(rows[0].letter.id.group == "a-group")
    }
}
