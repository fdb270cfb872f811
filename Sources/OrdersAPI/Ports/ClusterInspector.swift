import OrderEvents

/// Looks at the broker: is it there, which topics and consumer groups does it have, how far behind are the groups.
public protocol ClusterInspector: Sendable {
    /// How it is now, or was within the last second or so: many callers cost one look. Being unreachable is an answer,
    /// not an error, and comes within a few seconds.
    func look() async -> ClusterView

    /// What is at the place where a group stands; takes a few seconds at most.
    func read(_ topic: String, _ partition: Int32, from offset: Int64, to end: Int64) async -> PlaceReading
}

extension ClusterInspector {
    /// For inspectors that cannot read: it is not known.
    public func read(_ topic: String, _ partition: Int32, from offset: Int64, to end: Int64) async -> PlaceReading {
        .unknown
    }
}

/// What was found in a partition from an offset up to the end of what is committed.
public enum PlaceReading: Equatable, Sendable {
    /// A record that this process can read.
    case record
    /// Only markers, or records of aborted transactions.
    case nothing
    /// Something that the client library neither delivers nor reports.
    case unreadable
    /// It could not be looked at.
    case unknown
}

/// A cluster as it was at one moment.
public struct ClusterView: Sendable, Equatable {
    /// Whether the broker answers.
    public enum Broker: Sendable, Equatable {
        case reachable
        /// With the reason, for people.
        case unreachable(String)
    }

    /// A topic as it stands.
    public struct Topic: Sendable, Equatable {
        /// The topic's name.
        public let name: String
        /// How many it has.
        public let partitions: Int
        /// Offsets between the beginning and the end of all partitions; transaction markers and compacted records
        /// count.
        public let offsets: Int64

        /// A topic from its parts.
        public init(name: String, partitions: Int, offsets: Int64) {
            self.name = name
            self.partitions = partitions
            self.offsets = offsets
        }
    }

    /// How far a group is behind in one partition.
    public struct PartitionLag: Sendable, Equatable {
        /// The topic that is read.
        public let topic: String
        /// The partition that is read.
        public let partition: Int32
        /// Offsets between what the group has committed and the end.
        public let lag: Int64
        /// The next offset that the group reads: what it has committed, or the oldest one.
        public let position: Int64
        /// The end of what it may read: the first offset of a transaction that is open, or of the next record.
        public let end: Int64
        /// The offset of the next record; nil where it is not known.
        public let highWatermark: Int64?

        /// The lag of one partition; an end that is not given follows from position and lag.
        public init(
            topic: String, partition: Int32, lag: Int64, position: Int64 = 0, end: Int64? = nil,
            highWatermark: Int64? = nil
        ) {
            self.topic = topic
            self.partition = partition
            self.lag = lag
            self.position = position
            self.end = end ?? position + lag
            self.highWatermark = highWatermark
        }
    }

    /// A consumer group as it stands.
    public struct Group: Sendable, Equatable {
        /// The group's id.
        public let name: String
        /// How many are in it.
        public let members: Int
        /// How far it is behind, by partition.
        public let partitions: [PartitionLag]

        /// A group from its parts.
        public init(name: String, members: Int, partitions: [PartitionLag]) {
            self.name = name
            self.members = members
            self.partitions = partitions
        }

        /// The offsets that are still to be read, of all partitions.
        public var lag: Int64 { partitions.reduce(0) { $0 + $1.lag } }
    }

    /// With how many partitions the homes of orders are computed.
    public struct Homes: Sendable, Equatable {
        /// With how many partitions homes are computed.
        public let count: Int
        /// The count that they are being moved to.
        public let target: Int?

        /// The count of homes, and where a move leads.
        public init(count: Int, target: Int? = nil) {
            self.count = count
            self.target = target
        }

        init(_ layout: HomeLayout) {
            self.init(count: Int(layout.homes), target: layout.move.map { Int($0.epoch.homes) })
        }
    }

    /// Where clients connect.
    public let bootstrap: String
    /// Whether the broker answers.
    public let broker: Broker
    /// Empty where the broker does not answer.
    public let topics: [Topic]
    /// The platform's groups; empty where the broker does not answer.
    public let groups: [Group]
    /// Nil: not known.
    public let homes: Homes?

    /// What one look at the cluster has found.
    public init(bootstrap: String, broker: Broker, topics: [Topic] = [], groups: [Group] = [], homes: Homes? = nil) {
        self.homes = homes
        self.bootstrap = bootstrap
        self.broker = broker
        self.topics = topics
        self.groups = groups
    }
}

/// A service of the platform, as its consumer group shows it.
public struct MonitoredService: Sendable, Equatable {
    /// The service's name, as in the command line.
    public let name: String
    /// Its consumer group.
    public let group: String
    /// The topics that it reads.
    public let topics: [String]
    /// Whether it runs only where it is asked for: then it is shown while it runs.
    public let isOptional: Bool

    /// A service with the topics that it reads.
    public init(name: String, group: String, topics: [String], isOptional: Bool = false) {
        self.isOptional = isOptional
        self.name = name
        self.group = group
        self.topics = topics
    }
}
