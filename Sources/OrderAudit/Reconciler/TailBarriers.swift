import Kafka
import OrderEvents

/// Up to where each partition has to be read before its orders can be judged. Pure.
///
/// A look at the cluster says how far the services had committed and, asked just after that, what the topics hold. Once
/// a partition was read up to there, all that the services had made by then is known. Partitions do not wait for each
/// other: what an order consists of has one partition number.
struct TailBarriers: Sendable {
    /// One look at the cluster.
    struct Look: Sendable {
        /// When it began: what was written before is below ``ends``.
        var at: Timestamp
        /// How far the services had committed, by partition.
        var progress: [PartitionProgress]
        var ends: [TopicPartition: Int64]
    }

    private struct Barrier: Sendable {
        var at: Timestamp
        var progress: PartitionProgress
        var ends: [TopicPartition: Int64]
    }

    private var waiting: [Barrier?]
    private var readThrough: [Timestamp]
    private var lastLook: Timestamp?

    init(partitions: Int32, at now: Timestamp) {
        waiting = Array(repeating: nil, count: Int(partitions))
        readThrough = Array(repeating: now, count: Int(partitions))
    }

    /// Whether a look would be of use: where something is open, else every few seconds, to know that nothing is
    /// missing.
    func wantsLook(isIdle: Bool, at now: Timestamp) -> Bool {
        guard waiting.contains(where: { $0 == nil }) else { return false }
        guard isIdle, let lastLook else { return true }
        return now.millisecondsSinceEpoch - lastLook.millisecondsSinceEpoch >= 5_000
    }

    mutating func take(_ look: Look) {
        lastLook = look.at
        for partition in waiting.indices where waiting[partition] == nil {
            let ends = look.ends.filter { $0.key.partition == Int32(partition) }
            waiting[partition] = Barrier(at: look.at, progress: look.progress[partition], ends: ends)
        }
    }

    /// The partitions that were read up to their barriers, each with the services' progress then. Their barriers are
    /// gone.
    mutating func reached(by positions: [TopicPartition: Int64]) -> [(partition: Int32, progress: PartitionProgress)] {
        var reached: [(partition: Int32, progress: PartitionProgress)] = []
        for partition in waiting.indices {
            guard let barrier = waiting[partition], barrier.ends.allSatisfy({ positions[$0.key] ?? 0 >= $0.value })
            else { continue }
            readThrough[partition] = max(readThrough[partition], barrier.at)
            waiting[partition] = nil
            reached.append((Int32(partition), barrier.progress))
        }
        return reached
    }

    /// How much is to be read up to the barriers.
    func lag(from positions: [TopicPartition: Int64]) -> Int64 {
        waiting.reduce(0) { sum, barrier in
            (barrier?.ends ?? [:]).reduce(sum) { $0 + max(0, $1.value - (positions[$1.key] ?? 0)) }
        }
    }

    /// Everything that was written before this moment has been read. `now` where nothing is waited for and nothing more
    /// is there.
    func readThrough(isDrained: Bool, at now: Timestamp) -> Timestamp {
        if isDrained, waiting.allSatisfy({ $0 == nil }) { return now }
        return readThrough.min() ?? now
    }
}
