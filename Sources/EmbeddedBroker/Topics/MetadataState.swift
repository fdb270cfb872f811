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
    }

    /// The change as a record: the key says of what, the value what it is now.
    var record: InternalRecord {
        var key = WireWriter(capacity: 64)
        var value = WireWriter(capacity: 256)
        var deletes = false
        func kind(_ kind: Kind) { key.int8(kind.rawValue) }
        switch self {
        case .setTopic(let topic):
            kind(.topic)
            key.string(topic.name)
            value.array(topic.logs.map { Int32(bitPattern: $0) })
            Self.write(topic.configs, to: &value)
        case .deleteTopic(let name):
            kind(.topic)
            key.string(name)
            deletes = true
        case .setNextLogID(let id):
            kind(.nextLogID)
            value.int32(Int32(bitPattern: id))
        case .setNextProducerID(let id):
            kind(.nextProducerID)
            value.int64(id)
        case .setClusterID(let id):
            kind(.clusterID)
            value.string(id)
        }
        return InternalRecord(
            key: WireFrame.joined(key.finish()), value: deletes ? nil : WireFrame.joined(value.finish()))
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
            let logs = (try value.array() as [Int32]).map { LogID(bitPattern: $0) }
            self = .setTopic(.init(name: name, logs: logs, configs: try Self.readConfigs(&value)))
        case .nextLogID: self = .setNextLogID(LogID(bitPattern: try value.int32()))
        case .nextProducerID: self = .setNextProducerID(try value.int64())
        case .clusterID: self = .setClusterID(try value.string())
        }
    }

    private static func write(_ configs: [String: String], to writer: inout WireWriter) {
        writer.int32(Int32(configs.count))
        for (name, setting) in configs.sorted(by: { $0.key < $1.key }) {
            writer.string(name)
            writer.string(setting)
        }
    }

    private static func readConfigs(_ reader: inout WireReader) throws(WireError) -> [String: String] {
        var configs: [String: String] = [:]
        let count = try reader.int32()
        guard count >= 0 else { throw .negativeLength(Int(count)) }
        for _ in 0..<count { configs[try reader.string()] = try reader.string() }
        return configs
    }
}
