import Kafka
import OrderEvents

@testable import DeadLetters

/// Dead letters for tests.
enum Letters {
    static let order =
        #"{"order_id":42,"customer_id":7,"amount":2.50,"currency":"USD","country":"US","status":"CREATED","created_at":"2026-01-01T00:00:00Z"}"#

    static func headers(
        origin: Int64? = 812, topic: String = "orders", partition: Int32 = 0, group: String = "payments-group",
        code: String = "missing_field",
        failedAt: Int64 = 1_700_000_000_500, attempts: Int? = nil, own: [RecordHeader] = []
    ) -> [RecordHeader] {
        var headers = [
            RecordHeader("dlq-reason", "amount: is missing"), RecordHeader("dlq-code", code),
            RecordHeader("dlq-topic", topic),
            RecordHeader("dlq-timestamp", "1700000000000"), RecordHeader("dlq-group", group),
            RecordHeader("dlq-failed-at", "\(failedAt)"),
        ]
        if let origin {
            headers += [RecordHeader("dlq-partition", "\(partition)"), RecordHeader("dlq-offset", "\(origin)")]
        }
        if let attempts { headers.append(RecordHeader("dlq-attempts", "\(attempts)")) }
        return headers + own
    }

    static func letter(
        _ offset: Int64 = 17, origin: Int64? = 812, topic: String = "orders", partition: Int32 = 0,
        group: String = "payments-group",
        code: String = "missing_field", key: String? = "42", value: String? = "{}", failedAt: Int64 = 1_700_000_000_500,
        attempts: Int? = nil,
        own: [RecordHeader] = []
    ) -> DeadLetter {
        DeadLetter(
            topic: DeadLetterTopic(topic: topic, group: group), partition: partition, offset: offset,
            timestamp: 1_700_000_000_777,
            key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) },
            headers: headers(
                origin: origin, topic: topic, partition: partition, group: group, code: code, failedAt: failedAt,
                attempts: attempts, own: own))
    }

    static func decision(
        _ action: DeadLetterDecision.Action, _ letter: DeadLetter, at: Int64 = 1_800_000_000_000
    ) -> DeadLetterDecision {
        DeadLetterDecision(action: action, letter: letter, at: at, attempt: 1, by: "a test")
    }
}
