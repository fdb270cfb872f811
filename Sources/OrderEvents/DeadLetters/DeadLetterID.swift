/// Names one dead letter: the topic and group that its dead-letter topic is called after, and its place there.
///
/// As text `<topic>/<group>/<partition>/<offset>`, such as `orders/payments-group/3/17`.
public struct DeadLetterID: Hashable, Sendable {
    /// The topic that the record was read from.
    public let topic: String
    /// The consumer group that set it aside.
    public let group: String
    /// Of the dead-letter record, from 0.
    public let partition: Int32
    /// Of the dead-letter record, from 0.
    public let offset: Int64

    /// Names a dead letter by its place.
    public init(topic: String, group: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.group = group
        self.partition = partition
        self.offset = offset
    }

    /// The topic that holds the dead letter.
    public var deadLetterTopic: String { DeadLetterTopic(topic: topic, group: group).name }
}

extension DeadLetterID: LosslessStringConvertible {
    /// nil for a text that is no id.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, !parts[0].isEmpty, !parts[1].isEmpty, let partition = Int32(parts[2]), partition >= 0,
            let offset = Int64(parts[3]), offset >= 0
        else { return nil }
        self.init(topic: String(parts[0]), group: String(parts[1]), partition: partition, offset: offset)
    }

    /// `<topic>/<group>/<partition>/<offset>`.
    public var description: String { "\(topic)/\(group)/\(partition)/\(offset)" }
}

extension DeadLetterID: Comparable {
    /// By topic and group, then in the order of the log.
    public static func < (left: DeadLetterID, right: DeadLetterID) -> Bool {
        (left.topic, left.group, left.partition, left.offset) < (
            right.topic, right.group, right.partition, right.offset
        )
    }
}
