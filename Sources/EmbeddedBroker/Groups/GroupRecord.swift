import KafkaProtocol
import NIOCore

/// The records that group state is kept in, laid out as in Kafka's `__consumer_offsets`: keys of version 1 (offset)
/// and 2 (group), values of version 3.
enum GroupRecord {
    case offset(group: String, GroupPartition, CommittedOffset?)
    case group(String, GroupSnapshot?)

    /// Reads a record; nil for one of a kind or version that this broker does not write.
    init?(_ record: InternalRecord) throws(WireError) {
        var key = WireReader(record.key)
        switch try key.int16() {
        case 0, 1:
            let group = try key.string()
            let partition = GroupPartition(topic: try key.string(), partition: try key.int32())
            guard let value = record.value else {
                self = .offset(group: group, partition, nil)
                return
            }
            guard let offset = try Self.readOffset(value) else { return nil }
            self = .offset(group: group, partition, offset)
        case 2:
            let group = try key.string()
            guard let value = record.value else {
                self = .group(group, nil)
                return
            }
            guard let snapshot = try GroupSnapshot(value) else { return nil }
            self = .group(group, snapshot)
        default: return nil
        }
    }

    private static func readOffset(_ value: ByteBuffer) throws(WireError) -> CommittedOffset? {
        var reader = WireReader(value)
        guard try reader.int16() == 3 else { return nil }
        return CommittedOffset(
            offset: try reader.int64(), leaderEpoch: try reader.int32(), metadata: try reader.string(),
            commitTimestamp: try reader.int64())
    }
}

extension GroupRecord {
    static func offset(group: String, _ partition: GroupPartition, _ offset: CommittedOffset) -> InternalRecord {
        var value = WireWriter(capacity: 32)
        value.int16(3)
        value.int64(offset.offset)
        value.int32(offset.leaderEpoch)
        value.string(offset.metadata)
        value.int64(offset.commitTimestamp)
        return InternalRecord(key: key(group: group, partition), value: WireFrame.joined(value.finish()))
    }

    static func offsetTombstone(group: String, _ partition: GroupPartition) -> InternalRecord {
        InternalRecord(key: key(group: group, partition), value: nil)
    }

    static func group(_ group: ConsumerGroup) -> InternalRecord {
        InternalRecord(key: key(group: group.id), value: GroupSnapshot(group).encoded())
    }

    static func groupTombstone(_ id: String) -> InternalRecord { InternalRecord(key: key(group: id), value: nil) }

    private static func key(group: String, _ partition: GroupPartition) -> ByteBuffer {
        var key = WireWriter(capacity: 64)
        key.int16(1)
        key.string(group)
        key.string(partition.topic)
        key.int32(partition.partition)
        return WireFrame.joined(key.finish())
    }

    private static func key(group: String) -> ByteBuffer {
        var key = WireWriter(capacity: 64)
        key.int16(2)
        key.string(group)
        return WireFrame.joined(key.finish())
    }
}
