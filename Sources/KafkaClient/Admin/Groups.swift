/// A group, as a list shows it.
public struct GroupListing: Hashable, Sendable {
    /// The group's id.
    public var groupID: String
    /// Such as `consumer`; empty for a group that only commits.
    public var protocolType: String
    /// Such as `Stable`; nil where the broker does not tell.
    public var state: String?
}

/// A group with its members.
public struct GroupDescription: Hashable, Sendable {
    /// One member.
    public struct Member: Hashable, Sendable {
        /// By the coordinator.
        public var memberID: String
        /// By the member, if it is a static one.
        public var instanceID: String?
        /// By the member.
        public var clientID: String
        /// As the coordinator sees it.
        public var host: String
        /// What it has; empty for a group of another kind than consumers.
        public var partitions: [TopicPartition]
    }

    /// The group's id.
    public var groupID: String
    /// Such as `Stable`, `Empty`, or `Dead` for a group that nobody has heard of.
    public var state: String
    /// Such as `consumer`.
    public var protocolType: String
    /// The assignor in use, such as `range`.
    public var assignor: String
    /// In the coordinator's order.
    public var members: [Member]
}

/// What ListOffsets is asked for.
public enum OffsetTime: Hashable, Sendable {
    /// The oldest offset.
    case beginning
    /// The offset that the next record gets; with read-committed isolation that of the first open transaction.
    case end
    /// The first record at or after this time, in milliseconds since 1970.
    case timestamp(Int64)

    var listed: Int64 {
        switch self {
        case .beginning: ListedTime.beginning
        case .end: ListedTime.end
        case .timestamp(let time): time
        }
    }
}
