/// A topic to be made.
public struct NewTopic: Hashable, Sendable {
    public var name: String
    /// -1: the broker's default.
    public var partitions: Int32
    /// -1: the broker's default.
    public var replicationFactor: Int32
    /// Topic settings by Kafka's names, such as `cleanup.policy`.
    public var configuration: [String: String]

    public init(name: String, partitions: Int32 = -1, replicationFactor: Int32 = -1, configuration: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.configuration = configuration
    }
}

/// One setting of a topic as the broker has it.
public struct TopicSetting: Hashable, Sendable {
    public let name: String
    /// Nil: not shown (a secret).
    public let value: String?
    /// Not set for this topic itself.
    public let isDefault: Bool
    public let isReadOnly: Bool
}

/// The cluster as a broker describes it.
public struct ClusterMetadata: Hashable, Sendable {
    public struct Broker: Hashable, Sendable {
        public let id: Int32
        public let host: String
        public let port: Int
    }

    public struct Partition: Hashable, Sendable {
        public let id: Int32
        /// The leading broker's id; -1: none at present.
        public let leader: Int32
        public let replicas: [Int32]
        public let inSyncReplicas: [Int32]
    }

    public struct Topic: Hashable, Sendable {
        public let name: String
        public let partitions: [Partition]
        /// Nil: fine.
        public let error: KafkaError?
    }

    /// The id of the cluster; nil: the broker gave none.
    public let clusterID: String?
    public let brokers: [Broker]
    public let topics: [Topic]

    public subscript(topic name: String) -> Topic? { topics.first { $0.name == name } }
}
