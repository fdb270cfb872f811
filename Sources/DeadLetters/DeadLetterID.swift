import OrderEvents

/// Names one dead letter: the topic and group that its dead-letter topic is called after, and its place there.
///
/// As text `<topic>/<group>/<partition>/<offset>`, such as `orders/payments-group/3/17`.
public struct DeadLetterID: Hashable, Sendable {
    public let topic: String
    public let group: String
    /// Of the dead-letter record, from 0.
    public let partition: Int32
    /// Of the dead-letter record, from 0.
    public let offset: Int64

    public init(topic: String, group: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.group = group
        self.partition = partition
        self.offset = offset
    }

    /// The topic that holds the dead letter.
    public var deadLetterTopic: String { Topics.deadLetter(topic: topic, group: group) }
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

    public var description: String { "\(topic)/\(group)/\(partition)/\(offset)" }
}

extension DeadLetterID: Comparable {
    public static func < (left: DeadLetterID, right: DeadLetterID) -> Bool {
        (left.topic, left.group, left.partition, left.offset) < (
            right.topic, right.group, right.partition, right.offset
        )
    }
}

/// The two names that a dead-letter topic's own name is made of.
public struct DeadLetterTopic: Hashable, Sendable {
    public let topic: String
    public let group: String

    public init(topic: String, group: String) {
        self.topic = topic
        self.group = group
    }

    /// From `<topic>.<group>.dlq`; nil for another name. The group is what stands behind the last dot but one: topics
    /// may have dots in their names, the platform's groups have none.
    public init?(name: String) {
        guard name.hasSuffix(".dlq") else { return nil }
        let stem = name.dropLast(4)
        guard let dot = stem.lastIndex(of: "."), dot > stem.startIndex, stem.index(after: dot) < stem.endIndex else {
            return nil
        }
        self.init(topic: String(stem[..<dot]), group: String(stem[stem.index(after: dot)...]))
    }

    public var name: String { Topics.deadLetter(topic: topic, group: group) }
}

/// The place of the record that became a dead letter. Several groups may each have a dead letter of one origin.
public struct DeadLetterOrigin: Hashable, Sendable, CustomStringConvertible {
    public let topic: String
    public let partition: Int32
    public let offset: Int64

    public init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    /// Such as `orders[3]@812`.
    public var description: String { "\(topic)[\(partition)]@\(offset)" }
}
