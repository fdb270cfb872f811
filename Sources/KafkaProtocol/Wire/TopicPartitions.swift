/// Something about partitions, by topic. Many messages have this shape.
package struct TopicPartitions<Partition: WireValue & Hashable>: WireStructure {
    package var name: String
    package var partitions: [Partition]

    package init(name: String = "", partitions: [Partition] = []) {
        self.name = name
        self.partitions = partitions
    }

    package static var defaults: Self { Self(name: "") }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&name, &partitions)
    }
}

extension Array {
    /// The same partitions, with something else about each.
    package func mapPartitions<Old, New>(
        _ transform: (_ topic: String, Old) -> New
    ) -> [TopicPartitions<New>] where Element == TopicPartitions<Old> {
        map { topic in .init(name: topic.name, partitions: topic.partitions.map { transform(topic.name, $0) }) }
    }
}

/// How something went for one partition.
package struct PartitionResult: WireStructure {
    package var partitionIndex: Int32
    package var errorCode: ErrorCode

    package init(partitionIndex: Int32 = 0, errorCode: ErrorCode = .none) {
        self.partitionIndex = partitionIndex
        self.errorCode = errorCode
    }

    package static var defaults: Self { Self(partitionIndex: 0) }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&partitionIndex, &errorCode)
    }
}
