/// How a consumer reads. Names and defaults are the Java client's, where it has them.
public struct ConsumerSettings: Hashable, Sendable {
    /// `client.id`: shown by brokers and in logs.
    public var clientID: String
    /// `group.id`; nil for a consumer that reads given partitions and commits nothing.
    public var groupID: String?
    /// `group.instance.id`: a static member of its group keeps its place while it restarts (KIP-345).
    public var groupInstanceID: String?
    /// `client.rack`: where the consumer runs. A broker may then send it to a replica nearby (KIP-392).
    public var rackID: String?
    /// `partition.assignment.strategy`, the preferred one first. All members of a group need one in common.
    public var assignmentStrategies: [AssignmentStrategy] = [.range, .cooperativeSticky]
    /// `session.timeout.ms`: the group goes on without a member that it has not heard of for so long.
    public var sessionTimeoutMilliseconds: Int64 = 45_000
    /// `heartbeat.interval.ms`: at most a third of the session timeout.
    public var heartbeatIntervalMilliseconds: Int64 = 3_000
    /// `max.poll.interval.ms`: the longest time between two polls. Then the consumer leaves its group.
    public var pollIntervalMilliseconds: Int64 = 300_000

    /// `auto.offset.reset`: where to begin without a committed offset, or with one that is no longer there.
    public var offsetReset = OffsetReset.latest
    /// `isolation.level`.
    public var isolation = IsolationLevel.readUncommitted
    /// `check.crcs`: whether each batch's checksum is verified.
    public var verifiesChecksums = true

    /// `fetch.min.bytes`: a broker waits until it has so much, or for ``fetchWaitMilliseconds``.
    public var fetchMinimumBytes: Int32 = 1
    /// `fetch.max.wait.ms`.
    public var fetchWaitMilliseconds: Int32 = 500
    /// Behind answers without records the wait doubles up to this. A partition that is read newly, or elsewhere, has to
    /// wait as long for a request that is on its way. So it is for consumers whose partitions hardly ever change.
    public var fetchIdleWaitMilliseconds: Int32 = 500
    /// `fetch.max.bytes`: in one answer of a broker. A first batch that is larger comes all the same.
    public var fetchMaximumBytes: Int32 = 50 << 20
    /// `max.partition.fetch.bytes`: of one partition in one answer, with the same exception.
    public var partitionFetchMaximumBytes: Int32 = 1 << 20
    /// Bytes of records that are read ahead of the application, of all partitions together.
    public var readAheadBytes = 32 << 20
    /// Bytes of records that are read ahead of one partition.
    public var partitionReadAheadBytes = 4 << 20
    /// Reading ahead begins where an answer has so many bytes of records: there is more where they come from. Behind a
    /// smaller one a broker is asked again by the next poll that finds nothing, which gets all that came meanwhile with
    /// one request.
    public var readAheadThresholdBytes = 0
    /// The largest batch once it is decompressed. Reading stops at a larger one, with an error.
    public var batchBytesLimit = 64 << 20

    /// Settings with the default values.
    public init(clientID: String, groupID: String? = nil) {
        self.clientID = clientID
        self.groupID = groupID
    }
}

/// How the leader of a group shares out the partitions.
public enum AssignmentStrategy: String, Hashable, Sendable, CaseIterable {
    /// Each member gets consecutive partitions of each topic: the same of topics that have equally many.
    case range
    /// The partitions of all topics go round.
    case roundRobin = "roundrobin"
    /// Evenly, and as few as possible move. Members keep reading what stays with them (KIP-429). That holds if it is
    /// the only strategy that a consumer names.
    case cooperativeSticky = "cooperative-sticky"

    var assignor: any PartitionAssignor {
        switch self {
        case .range: RangeAssignor()
        case .roundRobin: RoundRobinAssignor()
        case .cooperativeSticky: CooperativeStickyAssignor()
        }
    }
}

/// Where a consumer begins if nothing says where.
public enum OffsetReset: String, Hashable, Sendable {
    /// At the oldest record.
    case earliest
    /// Behind the newest record.
    case latest
    /// Nowhere: polling throws.
    case none

    /// The timestamp that ListOffsets takes for it.
    var timestamp: Int64? {
        switch self {
        case .earliest: ListedTime.beginning
        case .latest: ListedTime.end
        case .none: nil
        }
    }
}

/// Which records of transactions are read.
public enum IsolationLevel: Int8, Hashable, Sendable {
    /// All, also of transactions that are open or were aborted.
    case readUncommitted = 0
    /// Those of committed transactions, up to the first that is open.
    case readCommitted = 1
}

/// Where to begin in a partition.
public enum StartOffset: Hashable, Sendable {
    /// At this offset.
    case offset(Int64)
    /// At the oldest record.
    case beginning
    /// Behind the newest record.
    case end
    /// Where the group left off, else as ``ConsumerSettings/offsetReset`` says.
    case committed
}
