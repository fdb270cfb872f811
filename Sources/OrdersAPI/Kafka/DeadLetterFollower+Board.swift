import DeadLetters

/// The dead letters that are followed, as the API shows them.
extension DeadLetterFollower: DeadLetterBoard {
    /// How many are open.
    public func summary() -> DeadLetterOverview {
        let status: DeadLetterOverview.Status =
            switch self.status {
            case .starting: .starting
            case .current: .current
            case .behind: .behind
            }
        let (counts, records) = withIndex { ($0.openCounts, $0.openRecords) }
        return DeadLetterOverview(
            status: status, topics: counts.map { .init(topic: $0.topic.topic, group: $0.topic.group, open: $0.open) },
            openRecords: records)
    }

    /// A page of those that are kept.
    public func page(_ filter: DeadLetterFilter, after cursor: DeadLetterCursor?, limit: Int) -> DeadLetterPage {
        let place = cursor.map { (failedAt: $0.failedAt, id: $0.id) }
        let (page, isComplete) = withIndex { ($0.page(filter, after: place, limit: limit), $0.isComplete) }
        let last = page.hasMore ? page.entries.last?.letter : nil
        return DeadLetterPage(
            entries: page.entries, next: last.map { DeadLetterCursor(failedAt: $0.failedAt, id: $0.id) },
            isComplete: isComplete)
    }
}
