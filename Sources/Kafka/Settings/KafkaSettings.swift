/// Which cluster to talk to, and how: what all clients of a process share.
public struct KafkaSettings: Sendable, Hashable {
    /// How connections are secured.
    public typealias Security = KafkaSecurity

    /// Comma-separated `host:port`.
    public var bootstrapServers: String
    /// How clients authenticate, and whether they encrypt.
    public var security: Security
    /// librdkafka properties by their own names (`fetch.min.bytes`), for every client. They win over this module's
    /// defaults and over what a client asks for, and lose to what its guarantees need (see ``reservedProperties``).
    /// Source of names and ranges: librdkafka's CONFIGURATION.md for the installed version.
    public var overrides: [String: String]
    /// By which library clients are made.
    public var library = KafkaLibrary.librdkafka
    /// The copies of each partition of a topic that is made. Nil: what ``replicas(brokers:)`` says.
    public var replicationFactor: Int32?
    /// How many of them must have a record before it counts as acknowledged. Nil: 2 of 3 or more, else the cluster's.
    public var minInSyncReplicas: Int32?

    /// Where the embedded broker listens by default.
    public static let defaultBootstrapServers = "127.0.0.1:9092"

    /// Settings from their parts; see ``fromEnvironment(_:)`` for those of a process.
    public init(
        bootstrapServers: String = Self.defaultBootstrapServers,
        security: Security = .plaintext,
        overrides: [String: String] = [:]
    ) {
        self.bootstrapServers = bootstrapServers
        self.security = security
        self.overrides = overrides
    }
}

extension KafkaSettings {
    /// The replication factor of a topic that is made on a cluster of so many brokers. A cluster of three or more gets
    /// three copies, as Kafka's own default is one; -1 leaves it to a smaller one.
    public func replicas(brokers: Int) -> Int32 { replicationFactor ?? (brokers >= 3 ? 3 : -1) }

    /// The topic settings that belong to that.
    public func durability(brokers: Int) -> [String: String] {
        if let minInSyncReplicas { return ["min.insync.replicas": "\(minInSyncReplicas)"] }
        return replicas(brokers: brokers) >= 3 ? ["min.insync.replicas": "2"] : [:]
    }
}

extension KafkaSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without secrets, so that it may go to a log.
    public var description: String {
        let extra = overrides.sorted { $0.key < $1.key }.map { name, value in
            " \(name)=\(Self.isSecret(name) ? "***" : value)"
        }
        return "\(bootstrapServers) (\(security))" + extra.joined()
    }

    /// Without secrets.
    public var debugDescription: String { description }
    /// Without secrets.
    public var customMirror: Mirror { Mirror(self, children: ["settings": description]) }

    /// Whether a property's value must not be shown. Wide on purpose: a hidden file name costs less than a shown key.
    static func isSecret(_ property: String) -> Bool {
        ["password", "secret", "key", "token", "username", "sasl.oauthbearer.config", "keystore", "pem"]
            .contains { property.contains($0) }
    }
}
