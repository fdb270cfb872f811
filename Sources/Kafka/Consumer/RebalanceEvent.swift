/// A change of what a member of a consumer group is to read. Reported inside `poll`, on the polling thread.
///
/// Rebalances are eager: before a new assignment everything is revoked, so after `revoked` or `lost` the
/// consumer reads nothing until `assigned`.
public enum RebalanceEvent: Hashable, Sendable {
    /// These partitions are now this member's. The handler may return where to start in them.
    case assigned([TopicPartition])
    /// These partitions go, once the handler returns. Until then offsets can be committed for them.
    case revoked([TopicPartition])
    /// These partitions have already gone (the session timed out, or polls were too far apart):
    /// another member may be reading them, so commits would be refused.
    case lost([TopicPartition])

    /// The partitions that come or go.
    public var partitions: [TopicPartition] {
        switch self {
        case .assigned(let partitions), .revoked(let partitions), .lost(let partitions): partitions
        }
    }
}
