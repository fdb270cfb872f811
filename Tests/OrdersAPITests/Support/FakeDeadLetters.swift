import OrderEvents
import OrdersAPI
import Synchronization

/// A board that gives what it is told to, and remembers what it was asked.
final class FakeDeadLetters: DeadLetterBoard {
    struct Question: Sendable, Equatable {
        var query: DeadLetterQuery
        var cursor: DeadLetterCursor?
        var limit: Int
    }

    private let overview: DeadLetterOverview
    private let answer: DeadLetterPage
    private let asked = Mutex<[Question]>([])

    init(
        status: DeadLetterOverview.Status = .current, topics: [DeadLetterOverview.Topic] = [],
        letters: [DeadLetterView] = [],
        next: DeadLetterCursor? = nil, isComplete: Bool = true
    ) {
        overview = DeadLetterOverview(status: status, topics: topics, openRecords: topics.map(\.open).max() ?? 0)
        answer = DeadLetterPage(letters: letters, next: next, isComplete: isComplete)
    }

    var questions: [Question] { asked.withLock { $0 } }

    func summary() -> DeadLetterOverview { overview }

    func page(_ query: DeadLetterQuery, after cursor: DeadLetterCursor?, limit: Int) -> DeadLetterPage {
        asked.withLock { $0.append(Question(query: query, cursor: cursor, limit: limit)) }
        return answer
    }

    static func letter(
        value: [UInt8]?, valueBytes: Int? = nil, key: [UInt8]? = Array("42".utf8), decidedAt: Timestamp? = nil
    ) -> DeadLetterView {
        DeadLetterView(
            id: "orders/payments-group/3/17", topic: "orders", group: "payments-group", partition: 3, offset: 17,
            origin: .init(topic: "orders", partition: 3, offset: 812, timestamp: Sample.now), key: key,
            code: "missing_field",
            reason: "amount: is missing", failedAt: Sample.now, attempts: 1,
            state: decidedAt == nil ? .open : .replayed, decidedAt: decidedAt,
            value: value, valueBytes: valueBytes ?? value?.count ?? 0)
    }
}
