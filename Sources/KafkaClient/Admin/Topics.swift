/// A topic to create.
public struct NewTopic: Hashable, Sendable {
    /// What Kafka allows: A to Z, a to z, digits, `.`, `_` and `-`.
    public var name: String
    /// -1 for the broker's default.
    public var partitions: Int32
    /// -1 for the broker's default.
    public var replicationFactor: Int16
    /// By Kafka's names, such as `cleanup.policy`.
    public var configuration: [String: String]

    /// A topic; what is left out is the broker's to choose.
    public init(
        name: String, partitions: Int32 = -1, replicationFactor: Int16 = -1, configuration: [String: String] = [:]
    ) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.configuration = configuration
    }
}

/// A topic as it stands.
public struct TopicDescription: Hashable, Sendable {
    /// One of its partitions.
    public struct Partition: Hashable, Sendable {
        /// From 0.
        public var index: Int32
        /// The broker that leads it; nil for none at present.
        public var leader: Int32?
        /// The brokers that keep it.
        public var replicas: [Int32]
        /// Those of them that have all of it.
        public var inSyncReplicas: [Int32]
    }

    /// The topic's name.
    public var name: String
    /// Whether Kafka keeps something of its own in it.
    public var isInternal: Bool
    /// By number.
    public var partitions: [Partition]
    /// What the broker says is wrong with it, nil for nothing.
    public var error: ClientError?
}

/// The cluster as a broker describes it.
public struct ClusterDescription: Hashable, Sendable {
    /// A broker that is up.
    public struct Broker: Hashable, Sendable {
        /// The broker's number.
        public var id: Int32
        /// Where clients connect.
        public var host: String
        /// Where clients connect.
        public var port: Int32
        /// Where it runs.
        public var rack: String?
    }

    /// Nil where the broker gives none.
    public var clusterID: String?
    /// The broker that changes topics; nil for none at present.
    public var controller: Int32?
    /// By number.
    public var brokers: [Broker]
    /// By name: those that were asked for and may be seen.
    public var topics: [TopicDescription]
}

/// A setting of a topic.
public struct ConfigEntry: Hashable, Sendable {
    /// Such as `retention.ms`.
    public var name: String
    /// Nil for a secret.
    public var value: String?
    /// Not set for this topic itself.
    public var isDefault: Bool
    /// Whether clients cannot change it.
    public var isReadOnly: Bool
    /// Whether its value is a secret.
    public var isSensitive: Bool
}

/// How a setting of a topic is changed.
public enum ConfigChange: Hashable, Sendable {
    /// To this value.
    case set(String)
    /// Back to the default.
    case delete
    /// Adds to a list.
    case append(String)
    /// Takes out of a list.
    case subtract(String)

    var operation: Int8 {
        switch self {
        case .set: 0
        case .delete: 1
        case .append: 2
        case .subtract: 3
        }
    }

    var value: String? {
        switch self {
        case .set(let value), .append(let value), .subtract(let value): value
        case .delete: nil
        }
    }
}
