/// The place of the record that became a dead letter. Several groups may each have a dead letter of one origin.
public struct DeadLetterOrigin: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The topic that the record was read from.
    public let topic: String
    /// The partition that it was read from.
    public let partition: Int32
    /// Its offset there.
    public let offset: Int64

    /// The place of a record.
    public init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    /// Such as `orders[3]@812`.
    public var description: String { "\(topic)[\(partition)]@\(offset)" }
}
