/// A consumer group's state, by the broker's own words.
public enum GroupState: String, Hashable, Sendable {
    case unknown = "Unknown"
    case preparingRebalance = "PreparingRebalance"
    case completingRebalance = "CompletingRebalance"
    case stable = "Stable"
    case dead = "Dead"
    case empty = "Empty"
}

public struct GroupListing: Hashable, Sendable {
    public let group: String
    public let state: GroupState
}

public struct GroupMember: Hashable, Sendable {
    public let memberID: String
    public let clientID: String
    public let host: String
}

public struct GroupDescription: Hashable, Sendable {
    public let group: String
    public let state: GroupState
    /// Such as `range`.
    public let assignor: String
    public let members: [GroupMember]
}

/// How far a group is behind in one partition.
public struct PartitionLag: Hashable, Sendable {
    public let partition: TopicPartition
    /// The offset of the next record that the group will read; nil: nothing committed yet.
    public let committed: Int64?
    /// The offset that the next committed record will get at the earliest.
    public let end: Int64
    /// Records (and transaction markers) between the two; with nothing committed, all there are.
    public let lag: Int64
}

/// How far a group is behind.
public struct GroupLag: Hashable, Sendable {
    public let group: String
    /// Sorted by topic and partition.
    public let partitions: [PartitionLag]

    /// - Parameters:
    ///   - begins: the oldest offsets of the partitions with nothing committed.
    ///   - ends: the end offsets of all partitions that count.
    init(group: String, committed: [TopicPartition: Int64], begins: [TopicPartition: Int64], ends: [TopicPartition: Int64]) {
        self.group = group
        partitions = ends.sorted { $0.key < $1.key }.map { partition, end in
            let next = committed[partition] ?? begins[partition] ?? 0
            return PartitionLag(partition: partition, committed: committed[partition], end: end, lag: max(0, end - next))
        }
    }

    public var total: Int64 { partitions.reduce(0) { $0 + $1.lag } }
}
