@testable import BrokerCore

/// What a start must bring back: everything that clients can notice, and where it is on disk.
struct StateFingerprint: Hashable {
    struct Log: Hashable {
        var directory: String
        var offsets: [Int64]
        var open: [Int64]
        var aborted: [TransactionIndex.Aborted]
        var segments: [[Int64]]
        var producers: [Int64: ProducerEntry]
    }

    struct Group: Hashable {
        var state: GroupState
        var generation: Int32
        var members: Set<String>
        var offsets: GroupOffsets
    }

    var logs: [LogID: Log] = [:]
    var metadata: MetadataState
    var transactions: [String: Transaction]
    var groups: [String: Group]

    /// - Parameters:
    ///   - isExact: false leaves out what a running broker may know otherwise than one that has just started.
    ///   - leavesOutIdleProducers: whether producers without an open transaction do not count. A running broker forgets those that are
    ///     silent for long, and one that has just started may have them back until it looks for them.
    init(
        logs: [LogID: PartitionLog], metadata: MetadataState, transactions: TransactionCoordinator,
        groups: GroupCoordinator,
        isExact: Bool, leavesOutIdleProducers: Bool
    ) {
        for (id, log) in logs {
            self.logs[id] = Log(
                directory: log.directory,
                offsets: [log.startOffset, log.highWatermark, log.lastStableOffset, log.nextOffset],
                open: log.transactions.open, aborted: isExact ? log.transactions.aborted : [],
                // What lies wholly before the start goes sooner or later, and a lost deletion may bring it back for a while.
                segments: log.segments.filter { isExact || $0.lastOffset >= log.startOffset }
                    .map { [$0.baseOffset, Int64($0.size), $0.lastOffset] },
                producers: log.producers.entries.filter { !leavesOutIdleProducers || $1.transactionFirstOffset >= 0 }
                    .mapValues { entry in
                        var entry = entry
                        if !isExact { entry.lastSeen = 0 }
                        return entry
                    })
        }
        self.metadata = metadata
        self.transactions = transactions.transactions.mapValues { transaction in
            var transaction = transaction
            transaction.isRecovered = false
            if !isExact {
                transaction.startedAt = 0
                transaction.deadline = 0
            }
            return transaction
        }
        self.groups = groups.groups.compactMapValues { group in
            if !isExact, group.isDisposable { return nil }
            return Group(
                state: group.state, generation: group.generation, members: Set(group.members.keys),
                offsets: group.offsets)
        }
    }

    init(_ core: Broker, isExact: Bool, leavesOutIdleProducers: Bool = false) {
        self.init(
            logs: core.logs, metadata: core.metadata, transactions: core.transactions, groups: core.groups,
            isExact: isExact,
            leavesOutIdleProducers: leavesOutIdleProducers)
    }

    init(_ state: RecoveredState, isExact: Bool, leavesOutIdleProducers: Bool = false) {
        self.init(
            logs: state.logs, metadata: state.metadata, transactions: state.transactions, groups: state.groups,
            isExact: isExact,
            leavesOutIdleProducers: leavesOutIdleProducers)
    }

    /// The first difference, nil if there is none.
    func difference(to other: StateFingerprint) -> String? {
        guard self != other else { return nil }
        if metadata != other.metadata { return "metadata: \(metadata) and \(other.metadata)" }
        for id in Set(logs.keys).union(other.logs.keys).sorted() where logs[id] != other.logs[id] {
            return "log \(id): \(logs[id].map { "\($0)" } ?? "none") and \(other.logs[id].map { "\($0)" } ?? "none")"
        }
        for id in Set(transactions.keys).union(other.transactions.keys).sorted()
        where transactions[id] != other.transactions[id] {
            return
                "\(id): \(transactions[id].map { "\($0)" } ?? "none") and \(other.transactions[id].map { "\($0)" } ?? "none")"
        }
        for id in Set(groups.keys).union(other.groups.keys).sorted() where groups[id] != other.groups[id] {
            return "\(id): \(groups[id].map { "\($0)" } ?? "none") and \(other.groups[id].map { "\($0)" } ?? "none")"
        }
        return "\(self) and \(other)"
    }
}
