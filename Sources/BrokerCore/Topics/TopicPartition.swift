import KafkaProtocol

/// A partition by its names.
struct TopicPartition: WireStructure, Comparable {
    var topic = ""
    var partition: Int32 = 0

    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&topic, &partition)
    }

    static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }

    /// The partitions, sorted, as answers list them.
    static func byTopic(_ partitions: Set<TopicPartition>) -> [TopicPartitions<Int32>] {
        partitions.sorted().reduce(into: []) { topics, partition in
            if topics.last?.name != partition.topic { topics.append(.init(name: partition.topic)) }
            topics[topics.count - 1].partitions.append(partition.partition)
        }
    }
}
