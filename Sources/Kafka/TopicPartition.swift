/// One partition of one topic.
public struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let topic: String
    /// From 0.
    public let partition: Int32

    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// By topic, then by partition number.
    public static func < (a: TopicPartition, b: TopicPartition) -> Bool {
        (a.topic, a.partition) < (b.topic, b.partition)
    }

    /// Such as `orders[3]`.
    public var description: String { "\(topic)[\(partition)]" }
}

/// Where a consumer starts in a partition.
public enum StartOffset: Hashable, Sendable {
    /// At this offset.
    case offset(Int64)
    /// At the oldest record.
    case beginning
    /// After the newest record.
    case end
    /// Where the group left off, else by `auto.offset.reset` (which is earliest unless set).
    case committed
}

/// The oldest offset of a partition, and the one that the next record will get
/// (with `read_committed`, the first offset of the oldest open transaction).
public struct Watermarks: Hashable, Sendable {
    public let low: Int64
    public let high: Int64

    package init(low: Int64, high: Int64) {
        self.low = low
        self.high = high
    }
}
