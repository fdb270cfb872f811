/// What a rebalance of the group changes for a consumer.
public enum RebalanceEvent: Hashable, Sendable {
    /// These partitions are new, perhaps none. Reading begins when the handler has returned.
    case assigned([TopicPartition])
    /// These are to be given up when the handler returns: until then nobody else reads them. Finish with what was
    /// polled, and commit it.
    case revoked([TopicPartition])
    /// These are gone already, and others may be reading them: what was not committed is processed again, by others.
    case lost([TopicPartition])
}
