/// What a group has committed for a partition.
public struct CommittedOffset: Hashable, Sendable {
    /// Of the next record to read.
    public var offset: Int64
    /// The epoch of the leader that wrote the record before; -1 if unknown.
    public var leaderEpoch: Int32
    /// The committer's own words.
    public var metadata: String

    /// A position of a group.
    public init(offset: Int64, leaderEpoch: Int32 = -1, metadata: String = "") {
        self.offset = offset
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
    }
}
