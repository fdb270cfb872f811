import OrderEvents

extension Audit {
    /// What of the log is gone, and what groups lost by that.
    struct LostLog: Sendable {
        /// Records that were deleted before anything here could check them, by topic and partition.
        fileprivate(set) var deleted: [AuditReport.DeletedRecords] = []
        /// The latest record of each key under `LogCut.keyPrefix`; nil: somebody has dealt with it.
        private var noted: [String: LogCut] = [:]

        /// A record of the topic `service-health`.
        mutating func take(key: String, _ cut: LogCut?) {
            if key.hasPrefix(LogCut.keyPrefix) { noted[key] = cut }
        }

        var cuts: [LogCut] { noted.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// Where a topic's partition begins and ends, and how far a group has committed there; nil: it never has.
    struct Reach: Sendable {
        var group: String
        var topic: String
        var partition: Int32
        var begin: Int64
        var end: Int64
        var committed: Int64?
        /// Compaction moves the beginning of such a topic and keeps what counts.
        var isCompacted: Bool
    }

    /// Notes that a partition begins above 0: what was there before cannot be checked any more.
    mutating func noteDeleted(_ topic: String, _ partition: Int32, _ begin: Int64) {
        guard round.isFirst, begin > 0 else { return }
        lostLog.deleted.append(AuditReport.DeletedRecords(topic: topic, partition: partition, offsets: begin))
        counts.deletedRecords += Int(begin)
    }

    /// Finds what groups lost: cuts that a service met and wrote down, and those that nobody has met yet.
    mutating func checkReach(_ reaches: [Reach]) {
        var known: Set<String> = []
        for cut in lostLog.cuts {
            known.insert("\(cut.group) \(cut.topic) \(cut.partition) \(cut.from)")
            find(
                .logCut, "\(cut.topic)[\(cut.partition)] for \(cut.group)",
                "\(AuditText.lost(cut.kind, cut.from, cut.to)); noted by \(cut.service) at \(cut.at)")
        }
        for reach in reaches {
            let from = reach.committed ?? 0
            if known.contains("\(reach.group) \(reach.topic) \(reach.partition) \(from)") { continue }
            let subject = "\(reach.topic)[\(reach.partition)] for \(reach.group)"
            if from > reach.end {
                find(.logCut, subject, AuditText.lost(.replaced, from, reach.begin))
            } else if from < reach.begin, !reach.isCompacted {
                find(.logCut, subject, AuditText.lost(.deleted, from, reach.begin))
            }
        }
    }
}

private enum AuditText {
    static func lost(_ kind: LogCut.Kind, _ from: Int64, _ to: Int64) -> String {
        switch kind {
        case .deleted: "lost the offsets \(from) to \(to - 1): they were deleted before the group had read them"
        case .replaced:
            "had read up to offset \(from), which the log does not have: the topic was made again, or is an older copy"
        }
    }
}
