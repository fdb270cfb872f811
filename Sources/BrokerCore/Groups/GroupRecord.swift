import KafkaProtocol
import NIOCore

/// The records that group state is kept in, laid out as in Kafka's `__consumer_offsets`: keys of version 1 (offset)
/// and 2 (group), values of version 3.
enum GroupRecord {
    case offset(group: String, TopicPartition, CommittedOffset?)
    case group(String, GroupSnapshot?)

    private static let valueVersion: Int16 = 3

    /// Reads a record; nil for one of a kind or version that this broker does not write.
    init?(_ record: InternalRecord) throws(WireError) {
        var key = WireReader(record.key)
        let kind = try key.int16()
        guard (0...2).contains(kind) else { return nil }
        let group = try key.string()
        var value = record.value.map { WireReader($0) }
        guard try value?.int16() ?? Self.valueVersion == Self.valueVersion else { return nil }
        if kind == 2 {
            self = .group(group, try value?.read())
        } else {
            self = .offset(group: group, try key.read(), try value?.read())
        }
    }
}

extension GroupRecord {
    static func offset(group: String, _ partition: TopicPartition, _ offset: CommittedOffset) -> InternalRecord {
        InternalRecord(key: key(group: group, partition), value: ByteBuffer(wire: valueVersion, offset))
    }

    static func offsetTombstone(group: String, _ partition: TopicPartition) -> InternalRecord {
        InternalRecord(key: key(group: group, partition))
    }

    static func group(_ group: ConsumerGroup) -> InternalRecord {
        InternalRecord(key: key(group: group.id), value: ByteBuffer(wire: valueVersion, GroupSnapshot(group)))
    }

    static func groupTombstone(_ id: String) -> InternalRecord { InternalRecord(key: key(group: id)) }

    private static func key(group: String, _ partition: TopicPartition) -> ByteBuffer {
        ByteBuffer(wire: Int16(1), group, partition)
    }

    private static func key(group: String) -> ByteBuffer { ByteBuffer(wire: Int16(2), group) }
}
