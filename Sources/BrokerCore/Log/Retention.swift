/// How far behind the slowest of a topic's declared readers is.
struct SlowestReader: Hashable, Sendable {
    var group: String
    /// The first offset that the group has not committed.
    var offset: Int64
}

/// What retention takes of a log, and what it leaves although it is over the topic's bounds.
struct RetentionPlan: Hashable, Sendable {
    /// Where the log is to start; nil: where it does.
    var start: Int64?
    /// Offsets that go although the slowest reader has not read them.
    var lost: Range<Int64>?
    /// Offsets, and their bytes, that stay only because the slowest reader has not read them.
    var kept: Range<Int64>?
    var keptBytes = 0
}

extension PartitionLog {
    /// What retention by time and size takes now.
    ///
    /// Whole segments go, oldest first, up to the first that the topic's settings do not name. One that reaches beyond
    /// what the slowest declared reader has committed stays, and so does all behind it, unless the log is larger than
    /// `unreadBytes`. If only markers lie beyond, nothing is unread; but the reader would find its position before the
    /// log's start.
    func retentionPlan(now: Int64, slowest: SlowestReader?, unreadBytes: Int64) -> RetentionPlan {
        var plan = RetentionPlan()
        guard config.deletes else { return plan }
        var wanted = size
        var present = size
        var isHeld = false
        for (index, segment) in segments.dropLast().enumerated() {
            let next = segments[index + 1].baseOffset
            guard next <= highWatermark, next <= lastStableOffset else { break }
            let tooOld = config.retentionMilliseconds >= 0 && segment.age(at: now) > config.retentionMilliseconds
            let tooMuch = config.retentionBytes >= 0 && Int64(wanted - segment.size) >= config.retentionBytes
            guard tooOld || tooMuch || segment.isEmpty else { break }
            wanted -= segment.size
            let unread = slowest.flatMap { segment.unread(from: max($0.offset, startOffset)) }
            let isPassed = slowest.map { $0.offset >= next } ?? true
            if isHeld || (!isPassed && Int64(present) <= unreadBytes) {
                isHeld = true
                guard let unread else { continue }
                plan.kept = (plan.kept?.lowerBound ?? unread.lowerBound)..<unread.upperBound
                plan.keptBytes += segment.size
                continue
            }
            if let unread { plan.lost = (plan.lost?.lowerBound ?? unread.lowerBound)..<unread.upperBound }
            present -= segment.size
            plan.start = next
        }
        return plan
    }
}

extension Segment {
    /// The offsets of records at `offset` or behind it; nil if there are none.
    func unread(from offset: Int64) -> Range<Int64>? {
        lastRecordOffset >= offset ? max(baseOffset, offset)..<lastRecordOffset + 1 : nil
    }
}
