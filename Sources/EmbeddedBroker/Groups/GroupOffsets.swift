/// A partition that offsets are committed for.
struct GroupPartition: Hashable, Sendable, Comparable {
    var topic: String
    var partition: Int32

    static func < (left: GroupPartition, right: GroupPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}

/// A committed position.
struct CommittedOffset: Hashable, Sendable {
    var offset: Int64
    var leaderEpoch: Int32 = -1
    var metadata: String = ""
    /// Milliseconds since 1970.
    var commitTimestamp: Int64
}

/// The offsets of one group.
struct GroupOffsets: Hashable, Sendable {
    private(set) var committed: [GroupPartition: CommittedOffset] = [:]
    /// Offsets of transactions that are not yet decided, by producer id.
    private(set) var pending: [Int64: [GroupPartition: CommittedOffset]] = [:]
    /// Commits that are on their way to the disk.
    var inFlight = 0

    var isEmpty: Bool { committed.isEmpty && pending.isEmpty && inFlight == 0 }

    mutating func commit(_ partition: GroupPartition, _ offset: CommittedOffset) { committed[partition] = offset }
    mutating func remove(_ partition: GroupPartition) { committed[partition] = nil }

    mutating func addPending(_ producerID: Int64, _ partition: GroupPartition, _ offset: CommittedOffset) {
        pending[producerID, default: [:]][partition] = offset
    }

    /// Ends a producer's transaction: its offsets count now, or are forgotten.
    mutating func endTransaction(_ producerID: Int64, committed isCommitted: Bool) {
        guard let offsets = pending.removeValue(forKey: producerID), isCommitted else { return }
        committed.merge(offsets) { _, new in new }
    }

    /// Whether an undecided transaction would change the partition's offset.
    func hasPending(_ partition: GroupPartition) -> Bool {
        pending.values.contains { $0[partition] != nil }
    }

    /// Forgets everything about the partitions that are asked for, and returns those that had a committed offset.
    mutating func removeAll(where shouldRemove: (GroupPartition) -> Bool) -> [GroupPartition] {
        for (producerID, offsets) in pending {
            let kept = offsets.filter { !shouldRemove($0.key) }
            pending[producerID] = kept.isEmpty ? nil : kept
        }
        let removed = committed.keys.filter(shouldRemove).sorted()
        for partition in removed { committed[partition] = nil }
        return removed
    }
}
