/// The two names that a dead-letter topic's own name is made of.
public struct DeadLetterTopic: Hashable, Sendable {
    /// The topic whose records are set aside.
    public let topic: String
    /// The consumer group that sets them aside.
    public let group: String

    /// The dead-letter topic of a group for one of its topics.
    public init(topic: String, group: String) {
        self.topic = topic
        self.group = group
    }

    /// From `<topic>.<group>.dlq`; nil for another name. The group is what stands behind the last dot but one: topics
    /// may have dots in their names, the platform's groups have none.
    public init?(name: String) {
        guard name.hasSuffix(Topics.deadLetterSuffix) else { return nil }
        let stem = name.dropLast(Topics.deadLetterSuffix.count)
        guard let dot = stem.lastIndex(of: "."), dot > stem.startIndex, stem.index(after: dot) < stem.endIndex else {
            return nil
        }
        self.init(topic: String(stem[..<dot]), group: String(stem[stem.index(after: dot)...]))
    }

    /// The topic's own name.
    public var name: String { "\(topic).\(group)\(Topics.deadLetterSuffix)" }
}
