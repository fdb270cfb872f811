/// A topic to be made.
public struct NewTopic: Hashable, Sendable {
    /// What Kafka allows as a topic's name: A to Z, a to z, digits, `.`, `_` and `-`.
    public var name: String
    /// -1: the broker's default.
    public var partitions: Int32
    /// -1: the broker's default.
    public var replicationFactor: Int32
    /// Topic settings by Kafka's names, such as `cleanup.policy`.
    public var configuration: [String: String]

    /// A topic to create; -1 leaves a number to the broker.
    public init(
        name: String, partitions: Int32 = -1, replicationFactor: Int32 = -1, configuration: [String: String] = [:]
    ) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.configuration = configuration
    }
}

/// One setting of a topic as the broker has it.
public struct TopicSetting: Hashable, Sendable {
    /// By Kafka's name: `retention.ms`.
    public let name: String
    /// Nil: not shown (a secret).
    public let value: String?
    /// Not set for this topic itself.
    public let isDefault: Bool
    /// Whether a client may not change it.
    public let isReadOnly: Bool
}

/// The cluster as a broker describes it.
public struct ClusterMetadata: Hashable, Sendable {
    /// One broker of the cluster.
    public struct Broker: Hashable, Sendable {
        /// The broker's number.
        public let id: Int32
        /// Where clients connect.
        public let host: String
        /// Where clients connect.
        public let port: Int
    }

    /// One partition of a topic.
    public struct Partition: Hashable, Sendable {
        /// The partition's number, from 0.
        public let id: Int32
        /// The leading broker's id; -1: none at present.
        public let leader: Int32
        /// The brokers that keep it, by number.
        public let replicas: [Int32]
        /// Those of them that have all of it.
        public let inSyncReplicas: [Int32]
    }

    /// A topic as it stands.
    public struct Topic: Hashable, Sendable {
        /// The topic's name.
        public let name: String
        /// By number.
        public let partitions: [Partition]
        /// Nil: fine.
        public let error: KafkaError?
    }

    /// The id of the cluster; nil: the broker gave none.
    public let clusterID: String?
    /// The brokers that are up.
    public let brokers: [Broker]
    /// Those that this client may see.
    public let topics: [Topic]

    /// The topic of this name; nil: there is none, or it was not asked for.
    public subscript(topic name: String) -> Topic? { topics.first { $0.name == name } }
}
