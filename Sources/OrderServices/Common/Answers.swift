import Kafka

/// What an outside system said about records of a batch that is not committed yet.
///
/// A rollback undoes what was emitted, and does not undo that somebody was asked. So the answers outlive it: the next
/// attempt emits again what follows from them, and asks only what is still open. They belong to a record by its place
/// on the log, and to what was asked. A record of another log at the same place, or the same order at another place, is
/// asked about again.
///
/// Emptied with each commit. Bounded: where too many are open all are forgotten, and asked again with the same
/// idempotency keys.
struct Answers<Question: Equatable, Answer> {
    private struct Place: Hashable {
        var partition: Int32
        var offset: Int64
    }

    private var known: [Place: (question: Question, answer: Answer)] = [:]
    private let limit: Int

    init(limit: Int = 10_000) { self.limit = limit }

    var isEmpty: Bool { known.isEmpty }

    /// What was said about the record, if it was asked this.
    func answer(to question: Question, about record: Record) -> Answer? {
        guard let entry = known[Place(partition: record.partition, offset: record.offset)], entry.question == question
        else { return nil }
        return entry.answer
    }

    mutating func note(_ answer: Answer, to question: Question, about record: Record) {
        if known.count >= limit { known.removeAll(keepingCapacity: true) }
        known[Place(partition: record.partition, offset: record.offset)] = (question, answer)
    }

    mutating func removeAll() {
        if !known.isEmpty { known.removeAll(keepingCapacity: true) }
    }
}
