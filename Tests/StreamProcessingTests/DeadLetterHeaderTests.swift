import Kafka
import Testing

@testable import StreamProcessing

@Suite struct DeadLetterHeaderTests {
    private func headers(_ record: [RecordHeader]) -> [RecordHeader] {
        DeadLetterHeader.headers(
            of: DeadLetterReason(code: "missing_field", detail: "amount: is missing"), topic: "orders", partition: 3,
            offset: 812,
            timestamp: 1_700_000_000_000, group: "payments-group", now: 1_700_000_000_500, record: record)
    }

    @Test func aLetterSaysWhyItIsThereAndWhereItComesFrom() {
        let texts = Dictionary(uniqueKeysWithValues: headers([]).map { ($0.name, $0.text) })
        #expect(
            texts == [
                "dlq-reason": "amount: is missing", "dlq-code": "missing_field", "dlq-topic": "orders",
                "dlq-partition": "3",
                "dlq-offset": "812", "dlq-timestamp": "1700000000000", "dlq-group": "payments-group",
                "dlq-failed-at": "1700000000500",
            ])
    }

    @Test func theRecordsOwnHeadersFollowByteForByteRepeatedNamesToo() {
        let own = [RecordHeader("trace", [0xFF, 0x00]), RecordHeader("trace", nil), RecordHeader("", "x")]
        #expect(Array(headers(own).suffix(3)) == own)
    }

    @Test func aLetterWithoutTheRecordsBytesSaysHowManyThereAre() {
        let list = DeadLetterHeader.headers(
            of: DeadLetterReason(code: "too_large", detail: "why"), topic: "orders", partition: 3, offset: 812,
            timestamp: -1, group: "g", now: 1,
            record: [RecordHeader("trace", "1"), RecordHeader("dlq-attempts", "2")], omitting: 5_000_000)
        #expect(list.first { $0.name == "dlq-omitted" }?.text == "5000000")
        #expect(list.contains { $0.name == "dlq-attempts" } && !list.contains { $0.name == "trace" })
    }

    @Test func aRecordThatFailsAgainCarriesItsAttemptsAndNoOldReason() {
        let replayed = [
            RecordHeader("trace", "1"), RecordHeader("dlq-attempts", "2"),
            RecordHeader("dlq-replay-of", "orders/g/0/1"),
        ]
        var list = headers(replayed)
        for _ in 0..<3 { list = headers(list) }
        #expect(list.count { $0.name == "dlq-reason" } == 1)
        #expect(list.count == 8 + 2 + 1)
        #expect(list.first { $0.name == "dlq-attempts" }?.text == "2")
        #expect(list.first { $0.name == "dlq-replay-of" }?.text == "orders/g/0/1")
        #expect(DeadLetterHeader.applicationHeaders(list) == [RecordHeader("trace", "1")])
    }
}
