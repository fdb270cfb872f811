import Kafka
import OrderEvents
import OrdersAPI
import StreamProcessing
import Synchronization

@testable import DeadLetters

/// A board that gives what it is set to, and remembers what it was asked.
final class FakeDeadLetters: DeadLetterBoard {
    struct Question: Sendable, Equatable {
        var filter: DeadLetterFilter
        var cursor: DeadLetterCursor?
        var limit: Int
    }

    private let overview: DeadLetterOverview
    private let answer: DeadLetterPage
    private let asked = Mutex<[Question]>([])

    init(
        status: DeadLetterOverview.Status = .current, topics: [DeadLetterOverview.Topic] = [],
        letters: [DeadLetterIndex.Entry] = [],
        next: DeadLetterCursor? = nil, isComplete: Bool = true
    ) {
        overview = DeadLetterOverview(status: status, topics: topics, openRecords: topics.map(\.open).max() ?? 0)
        answer = DeadLetterPage(entries: letters, next: next, isComplete: isComplete)
    }

    var questions: [Question] { asked.withLock { $0 } }

    func summary() -> DeadLetterOverview { overview }

    func page(_ filter: DeadLetterFilter, after cursor: DeadLetterCursor?, limit: Int) -> DeadLetterPage {
        asked.withLock { $0.append(Question(filter: filter, cursor: cursor, limit: limit)) }
        return answer
    }

    static func letter(
        value: [UInt8]?, valueBytes: Int? = nil, key: [UInt8]? = Array("42".utf8), decidedAt: Timestamp? = nil
    ) -> DeadLetterIndex.Entry {
        let time = "\(Sample.now.millisecondsSinceEpoch)"
        let letter = DeadLetter(
            topic: DeadLetterTopic(topic: "orders", group: "payments-group"), partition: 3, offset: 17, timestamp: 0,
            key: key, value: value,
            headers: [
                RecordHeader(DeadLetterHeader.topic, "orders"), RecordHeader(DeadLetterHeader.partition, "3"),
                RecordHeader(DeadLetterHeader.offset, "812"), RecordHeader(DeadLetterHeader.timestamp, time),
                RecordHeader(DeadLetterHeader.code, "missing_field"),
                RecordHeader(DeadLetterHeader.reason, "amount: is missing"),
                RecordHeader(DeadLetterHeader.failedAt, time), RecordHeader(DeadLetterHeader.attempts, "1"),
            ])
        return DeadLetterIndex.Entry(
            letter: letter, valueBytes: valueBytes ?? value?.count ?? 0,
            standing: .init(
                state: decidedAt == nil ? .open : .replayed, decidedAt: decidedAt?.millisecondsSinceEpoch))
    }
}
