/// Where an acknowledged record ended up.
public struct RecordMetadata: Hashable, Sendable {
    /// The topic that has the record.
    public let topic: String
    /// The partition that has it.
    public let partition: Int32
    /// Nil: acknowledged, but the broker's answer was lost and the offset with it (a retried, deduplicated request).
    public let offset: Int64?
    /// Milliseconds since 1970, as the log has it.
    public let timestamp: Int64
}
