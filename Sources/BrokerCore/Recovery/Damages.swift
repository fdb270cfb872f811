/// What recovery found missing or changed in segment files that were safely stored.
///
/// Kept until the journal is replayed: a deletion that is in the journal explains why files are not there any more.
struct Damages {
    private struct Damage {
        /// Only offsets before this one are concerned.
        var end: Int64
        var text: String
    }

    private var byLog: [LogID: [Damage]] = [:]

    mutating func note(_ log: PartitionLog, before end: Int64, _ text: String) {
        byLog[log.id, default: []].append(Damage(end: end, text: text))
    }

    /// Notes segments that are missing in a log that was never compacted.
    mutating func noteGaps(_ closed: [Segment], _ snapshot: LogSnapshot, _ log: PartitionLog) {
        guard !log.config.compacts, snapshot.compactedOffset == 0 else { return }
        var expected = snapshot.startOffset
        for segment in closed {
            noteGap(expected, segment.baseOffset, log)
            expected = segment.lastOffset + 1
        }
        noteGap(expected, snapshot.active.baseOffset, log)
    }

    private mutating func noteGap(_ expected: Int64, _ found: Int64, _ log: PartitionLog) {
        guard found > expected else { return }
        note(log, before: found, "\(log.directory) has no segment for the offsets \(expected) to \(found - 1)")
    }

    /// Takes the logs that are damaged within what they still hold out of service, and says why.
    func report(_ state: inout RecoveredState) {
        for (id, damages) in byLog.sorted(by: { $0.key < $1.key }) {
            guard let log = state.logs[id] else { continue }
            let texts = damages.filter { $0.end > log.startOffset }.map(\.text)
            guard !texts.isEmpty else { continue }
            log.damage = texts.joined(separator: "; ")
            state.report.findings += texts
        }
    }
}
