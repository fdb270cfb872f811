/// What is done with a resource, by Kafka's names and numbers (KIP-430).
public enum Operation: Int8, Hashable, Sendable, CaseIterable {
    /// Fetch from a topic, be a member of a group.
    case read = 3
    /// Produce to a topic, use a transactional id.
    case write = 4
    /// Make a topic.
    case create = 5
    /// Delete a topic, its records or a group.
    case delete = 6
    /// Add partitions.
    case alter = 7
    /// See that it is there, its partitions and offsets.
    case describe = 8
    /// What only brokers do with each other.
    case clusterAction = 9
    /// See settings.
    case describeConfigs = 10
    /// Change settings.
    case alterConfigs = 11
    /// Have a producer id without a transactional id.
    case idempotentWrite = 12
}

/// What something is done with.
public enum Resource: Hashable, Sendable {
    /// A topic by its name.
    case topic(String)
    /// A consumer group.
    case group(String)
    /// A transactional id.
    case transactionalID(String)
    /// The broker itself.
    case cluster

    /// What Kafka knows to do with it.
    public var operations: [Operation] {
        switch self {
        case .topic: [.read, .write, .create, .delete, .alter, .describe, .describeConfigs, .alterConfigs]
        case .group: [.read, .delete, .describe]
        case .transactionalID: [.write, .describe]
        case .cluster:
            [.create, .alter, .describe, .clusterAction, .describeConfigs, .alterConfigs, .idempotentWrite]
        }
    }
}
