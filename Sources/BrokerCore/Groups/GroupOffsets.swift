import KafkaProtocol

/// A committed position.
struct CommittedOffset: WireStructure {
    var offset: Int64 = 0
    var leaderEpoch: Int32 = -1
    var metadata: String = ""
    /// Milliseconds since 1970.
    var commitTimestamp: Int64 = -1

    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&offset, &leaderEpoch, &metadata, &commitTimestamp)
    }
}

/// The offsets of one group.
struct GroupOffsets: Hashable, Sendable {
    private(set) var committed: [TopicPartition: CommittedOffset] = [:]
    /// Offsets of transactions that are not yet decided, by producer id.
    private(set) var pending: [Int64: [TopicPartition: CommittedOffset]] = [:]
    /// Commits that are on their way to the disk, by a number of their own: the partitions that they still count for.
    private(set) var inFlight: [Int: Set<TopicPartition>] = [:]

    var isEmpty: Bool { committed.isEmpty && pending.isEmpty && inFlight.isEmpty }

    /// A commit is on its way to the disk. Returns its number.
    mutating func begin(_ partitions: some Sequence<TopicPartition>) -> Int {
        let number = (inFlight.keys.max() ?? 0) + 1
        inFlight[number] = Set(partitions)
        return number
    }

    /// The commit is on disk: its offsets count now, other than those of partitions that were forgotten meanwhile.
    mutating func end(_ number: Int, _ offsets: [TopicPartition: CommittedOffset]) {
        guard let partitions = inFlight.removeValue(forKey: number) else { return }
        for (partition, offset) in offsets where partitions.contains(partition) { committed[partition] = offset }
    }

    mutating func commit(_ partition: TopicPartition, _ offset: CommittedOffset) { committed[partition] = offset }
    mutating func remove(_ partition: TopicPartition) { committed[partition] = nil }

    mutating func addPending(_ producerID: Int64, _ partition: TopicPartition, _ offset: CommittedOffset) {
        pending[producerID, default: [:]][partition] = offset
    }

    /// Ends a producer's transaction: its offsets count now, or are forgotten.
    mutating func endTransaction(_ producerID: Int64, committed isCommitted: Bool) {
        guard let offsets = pending.removeValue(forKey: producerID), isCommitted else { return }
        committed.merge(offsets) { _, new in new }
    }

    /// Whether an undecided transaction would change the partition's offset.
    func hasPending(_ partition: TopicPartition) -> Bool {
        pending.values.contains { $0[partition] != nil }
    }

    /// Forgets everything about the partitions that are asked for, and returns those of which the log tells an offset:
    /// committed, or about to be.
    mutating func removeAll(where shouldRemove: (TopicPartition) -> Bool) -> [TopicPartition] {
        for (producerID, offsets) in pending {
            let kept = offsets.filter { !shouldRemove($0.key) }
            pending[producerID] = kept.isEmpty ? nil : kept
        }
        var removed = Set(committed.keys.filter(shouldRemove))
        for (number, partitions) in inFlight {
            let forgotten = partitions.filter(shouldRemove)
            removed.formUnion(forgotten)
            inFlight[number] = partitions.subtracting(forgotten)
        }
        for partition in removed { committed[partition] = nil }
        return removed.sorted()
    }
}
