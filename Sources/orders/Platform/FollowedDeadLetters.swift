import OrderEvents
import DeadLetters
import OrdersAPI

/// The dead letters that are followed, as the API shows them.
struct FollowedDeadLetters: DeadLetterBoard {
    let follower: DeadLetterFollower

    func summary() -> DeadLetterOverview {
        let status: DeadLetterOverview.Status =
            switch follower.status {
            case .starting: .starting
            case .current: .current
            case .behind: .behind
            }
        let (counts, records) = follower.withIndex { ($0.openCounts, $0.openRecords) }
        return DeadLetterOverview(
            status: status, topics: counts.map { .init(topic: $0.topic.topic, group: $0.topic.group, open: $0.open) },
            openRecords: records)
    }

    func page(_ query: DeadLetterQuery, after cursor: DeadLetterCursor?, limit: Int) -> DeadLetterPage {
        let filter = DeadLetterFilter(
            topic: query.topic, group: query.group, code: query.code,
            state: query.state.flatMap { DeadLetterState(rawValue: $0.rawValue) })
        let place = cursor.flatMap { cursor in DeadLetterID(cursor.id).map { (failedAt: cursor.failedAt, id: $0) } }
        let (page, isComplete) = follower.withIndex { ($0.page(filter, after: place, limit: limit), $0.isComplete) }
        let last = page.hasMore ? page.entries.last?.letter : nil
        return DeadLetterPage(
            letters: page.entries.map(DeadLetterView.init),
            next: last.map { DeadLetterCursor(failedAt: $0.failedAt, id: $0.id.description) }, isComplete: isComplete)
    }
}

extension DeadLetterView {
    init(_ entry: DeadLetterIndex.Entry) {
        let letter = entry.letter
        self.init(
            id: letter.id.description, topic: letter.id.topic, group: letter.id.group, partition: letter.id.partition,
            offset: letter.id.offset,
            origin: letter.hasOrigin
                ? Origin(
                    topic: letter.origin.topic, partition: letter.origin.partition, offset: letter.origin.offset,
                    timestamp: letter.timestamp.map { Timestamp(millisecondsSinceEpoch: $0) }) : nil,
            key: letter.key, code: letter.code, reason: letter.reason,
            failedAt: Timestamp(millisecondsSinceEpoch: letter.failedAt),
            attempts: letter.attempts, state: DeadLetterQuery.State(rawValue: entry.standing.state.rawValue) ?? .open,
            decidedAt: entry.standing.decidedAt.map { Timestamp(millisecondsSinceEpoch: $0) }, value: letter.value,
            valueBytes: entry.valueBytes)
    }
}
