import KafkaProtocol
import NIOCore

/// The topics and counters of the broker, as its metadata log tells them.
struct MetadataState: Hashable, Sendable {
    struct Topic: Hashable, Sendable {
        var name: String
        /// The log of each partition, by partition number.
        var logs: [LogID]
        /// Only what was set; everything else has its default.
        var configs: [String: String]
    }

    var topics: [String: Topic] = [:]
    var nextLogID: LogID = InternalLog.firstTopicLogID
    /// Producer ids from here on were never given out.
    var nextProducerID: Int64 = 1
    /// Tells this data directory from others; empty until the first start has written it.
    var clusterID = ""
}

/// One change of the metadata.
enum MetadataChange: Hashable, Sendable {
    case setTopic(MetadataState.Topic)
    case deleteTopic(String)
    case setNextLogID(LogID)
    case setNextProducerID(Int64)
    case setClusterID(String)
}

extension MetadataState {
    mutating func apply(_ change: MetadataChange) {
        switch change {
        case .setTopic(let topic): topics[topic.name] = topic
        case .deleteTopic(let name): topics[name] = nil
        case .setNextLogID(let id): nextLogID = max(nextLogID, id)
        case .setNextProducerID(let id): nextProducerID = max(nextProducerID, id)
        case .setClusterID(let id): clusterID = id
        }
    }
}

// MARK: On disk

extension MetadataChange {
    private enum Kind: Int8 {
        case topic = 1
        // 2 held settings that were changed while the broker ran. There are none any more.
        case nextLogID = 3
        case nextProducerID = 4
        case clusterID = 5

        func key<each Part: WireValue>(_ part: repeat each Part) -> ByteBuffer {
            ByteBuffer(wire: rawValue, repeat each part)
        }
    }

    /// The change as a record: the key says of what, the value what it is now.
    var record: InternalRecord {
        switch self {
        case .setTopic(let topic):
            let configs = topic.configs.sorted { $0.key < $1.key }.map { name, value in
                AlterConfigsRequest.Config {
                    $0.name = name
                    $0.value = value
                }
            }
            return InternalRecord(key: Kind.topic.key(topic.name), value: ByteBuffer(wire: topic.logs, configs))
        case .deleteTopic(let name): return InternalRecord(key: Kind.topic.key(name))
        case .setNextLogID(let id): return InternalRecord(key: Kind.nextLogID.key(), value: ByteBuffer(wire: id))
        case .setNextProducerID(let id):
            return InternalRecord(key: Kind.nextProducerID.key(), value: ByteBuffer(wire: id))
        case .setClusterID(let id): return InternalRecord(key: Kind.clusterID.key(), value: ByteBuffer(wire: id))
        }
    }

    /// Nil for a record of a kind that this version does not know.
    init?(_ record: InternalRecord) throws(WireError) {
        var key = WireReader(record.key)
        guard let kind = Kind(rawValue: try key.int8()) else { return nil }
        guard let bytes = record.value else {
            guard kind == .topic else { return nil }
            self = .deleteTopic(try key.string())
            return
        }
        var value = WireReader(bytes)
        switch kind {
        case .topic:
            let name = try key.string()
            let logs: [LogID] = try value.read()
            let configs: [AlterConfigsRequest.Config] = try value.read()
            self = .setTopic(
                .init(name: name, logs: logs, configs: configs.reduce(into: [:]) { $0[$1.name] = $1.value }))
        case .nextLogID: self = .setNextLogID(try value.read())
        case .nextProducerID: self = .setNextProducerID(try value.int64())
        case .clusterID: self = .setClusterID(try value.string())
        }
    }
}
