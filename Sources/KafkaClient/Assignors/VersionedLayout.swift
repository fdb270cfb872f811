import KafkaProtocol
import NIOCore

/// A structure that begins with its own version, as those do that members of a group exchange through the coordinator.
protocol VersionedLayout: WireStructure {}

extension VersionedLayout {
    func encoded(version: Int16) -> ByteBuffer {
        var writer = WireWriter(version: version)
        writer.int16(version)
        write(to: &writer)
        return WireFrame.joined(writer.finish())
    }

    /// A version above `latestVersion` is read like it. What follows the last field is of such a version, and skipped.
    init(decoding bytes: ByteBuffer, latestVersion: Int16) throws(WireError) {
        var reader = WireReader(bytes)
        let version = try reader.int16()
        guard version >= 0 else { throw .negativeLength(Int(version)) }
        reader.version = min(version, latestVersion)
        try self.init(from: &reader)
    }
}

extension Sequence<TopicPartition> {
    /// The partitions by topic, both in order.
    var byTopic: [TopicPartitions<Int32>] {
        var topics: [TopicPartitions<Int32>] = []
        for place in sorted() {
            if topics.last?.name != place.topic { topics.append(TopicPartitions(name: place.topic)) }
            topics[topics.count - 1].partitions.append(place.partition)
        }
        return topics
    }
}

extension [TopicPartition] {
    init(byTopic topics: [TopicPartitions<Int32>]) {
        self = topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0) }
        }
    }
}
