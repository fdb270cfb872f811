/// A consumer group's state, by the broker's own words.
public enum GroupState: String, Hashable, Sendable {
    case unknown = "Unknown"
    case preparingRebalance = "PreparingRebalance"
    case completingRebalance = "CompletingRebalance"
    case stable = "Stable"
    case dead = "Dead"
    case empty = "Empty"
}

/// A consumer group, as a list shows it.
public struct GroupListing: Hashable, Sendable {
    /// The group's id.
    public let group: String
    /// Where the group stands.
    public let state: GroupState
}

/// One member of a consumer group.
public struct GroupMember: Hashable, Sendable {
    /// As the broker gave it.
    public let memberID: String
    /// As the member calls itself.
    public let clientID: String
    /// Where it connects from, as the broker sees it.
    public let host: String
}

/// A consumer group with its members.
public struct GroupDescription: Hashable, Sendable {
    /// The group's id.
    public let group: String
    /// Where the group stands.
    public let state: GroupState
    /// Such as `range`.
    public let assignor: String
    /// Empty where nobody is in the group.
    public let members: [GroupMember]
}

/// How far a group is behind in one partition.
public struct PartitionLag: Hashable, Sendable {
    /// The partition that is read.
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
    /// The group's id.
    public let group: String
    /// Sorted by topic and partition.
    public let partitions: [PartitionLag]

    /// - Parameters:
    ///   - begins: the oldest offsets of the partitions with nothing committed.
    ///   - ends: the end offsets of all partitions that count.
    init(
        group: String, committed: [TopicPartition: Int64], begins: [TopicPartition: Int64],
        ends: [TopicPartition: Int64]
    ) {
        self.group = group
        partitions = ends.sorted { $0.key < $1.key }.map { partition, end in
            let next = committed[partition] ?? begins[partition] ?? 0
            return PartitionLag(
                partition: partition, committed: committed[partition], end: end, lag: max(0, end - next))
        }
    }

    /// The offsets that are still to be read, of all partitions.
    public var total: Int64 { partitions.reduce(0) { $0 + $1.lag } }
}
