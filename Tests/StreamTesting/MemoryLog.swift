import Kafka
import OrderEvents

/// Topics and committed offsets in memory: what services leave on a Kafka, without one.
///
/// Only what is committed is in it: an open transaction is its writer's until then. Transaction markers take no offsets here.
public final class MemoryLog {
    /// A record on a topic.
    public struct Entry: Hashable, Sendable {
        public var key: [UInt8]?
        public var value: [UInt8]?
        /// Milliseconds since 1970.
        public var timestamp: Int64
        public var headers: [RecordHeader]

        public init(key: [UInt8]?, value: [UInt8]?, timestamp: Int64 = 0, headers: [RecordHeader] = []) {
            self.key = key
            self.value = value
            self.timestamp = timestamp
            self.headers = headers
        }

        /// The key as text.
        public var name: String? { key.map { String(decoding: $0, as: UTF8.self) } }

        /// The last header of a name, as text.
        public func header(_ name: String) -> String? { headers.last { $0.name == name }?.text }
    }

    private struct Partition {
        var begin: Int64 = 0
        var entries: [Entry] = []
        var end: Int64 { begin + Int64(entries.count) }
    }

    /// Of each topic, dead letters too.
    public let partitions: Int32
    private var topics: [String: [Partition]] = [:]
    private var names: [String] = []
    private var groups: [String: [TopicPartition: Int64]] = [:]
    private var epochs: [String: Int] = [:]

    public init(partitions: Int32 = 1) { self.partitions = partitions }

    // MARK: records

    /// Appends a record and gives its offset.
    @discardableResult
    public func append(_ entry: Entry, to topic: String, partition: Int32) -> Int64 {
        topics[topic, default: Array(repeating: Partition(), count: Int(partitions))][Int(partition)].entries.append(
            entry)
        return end(TopicPartition(topic: topic, partition: partition)) - 1
    }

    /// Appends a value under its key.
    ///
    /// - Parameter partition: nil: the key's home.
    @discardableResult
    public func append<Value: EventValue>(
        _ value: Value, to topic: Topic<Value>, partition: Int32? = nil, at timestamp: Int64 = 0,
        headers: [RecordHeader] = []
    ) -> Int64 {
        let key = topic.key(of: value)
        var json = JSONBytes()
        topic.encode(value, into: &json)
        return append(
            Entry(key: key, value: json.bytes, timestamp: timestamp, headers: headers), to: topic.name,
            partition: partition ?? key.withUnsafeBytes { KeyPartitioner.partition(ofKey: $0, count: partitions) })
    }

    /// The records of a partition, from its oldest one on.
    public func entries(_ topic: String, partition: Int32) -> [Entry] { topics[topic]?[Int(partition)].entries ?? [] }

    /// The records of a topic, partition by partition.
    public func entries(_ topic: String) -> [Entry] { topics[topic]?.flatMap(\.entries) ?? [] }

    /// What a topic carries, partition by partition.
    public func values<Value>(_ topic: Topic<Value>) throws -> [Value] {
        try entries(topic.name).compactMap { try $0.value.map { try $0.withUnsafeBytes(topic.decode) } }
    }

    public func begin(_ place: TopicPartition) -> Int64 { topics[place.topic]?[Int(place.partition)].begin ?? 0 }
    /// The offset of the next record.
    public func end(_ place: TopicPartition) -> Int64 { topics[place.topic]?[Int(place.partition)].end ?? 0 }

    /// Deletes the records before an offset, as retention does.
    public func deleteRecords(of place: TopicPartition, before offset: Int64) {
        guard var all = topics[place.topic] else { return }
        let count = Int(
            min(max(offset, all[Int(place.partition)].begin), all[Int(place.partition)].end)
                - all[Int(place.partition)].begin)
        all[Int(place.partition)].entries.removeFirst(count)
        all[Int(place.partition)].begin += Int64(count)
        topics[place.topic] = all
    }

    /// Up to `max` records of a partition from an offset on, as a client hands them out.
    public func contents(of place: TopicPartition, from offset: Int64, max: Int) -> [RecordContent] {
        guard let partition = topics[place.topic]?[Int(place.partition)] else { return [] }
        let first = Int(Swift.max(offset, partition.begin) - partition.begin)
        guard first < partition.entries.count else { return [] }
        let id = topicID(place.topic)
        return partition.entries[first...].prefix(max).enumerated().map { index, entry in
            RecordContent(
                topic: id, partition: place.partition, offset: partition.begin + Int64(first + index),
                timestamp: entry.timestamp, key: entry.key,
                value: entry.value, headers: entry.headers)
        }
    }

    /// The number that records of a topic carry.
    public func topicID(_ name: String) -> TopicID {
        if let index = names.firstIndex(of: name) { return TopicID(rawValue: index) }
        names.append(name)
        return TopicID(rawValue: names.count - 1)
    }

    public func topicName(_ id: TopicID) -> String { names[id.rawValue] }

    // MARK: groups and producers

    /// The next offset that a group will read, by partition.
    public func committed(_ group: String) -> [TopicPartition: Int64] { groups[group] ?? [:] }

    public func commit(_ offsets: [TopicPartition: Int64], of group: String) {
        groups[group, default: [:]].merge(offsets) { $1 }
    }

    /// Takes over a transactional id: whoever has an earlier epoch is fenced off.
    func takeEpoch(of transactionalID: String) -> Int {
        epochs[transactionalID, default: 0] += 1
        return epochs[transactionalID]!
    }

    func epoch(of transactionalID: String) -> Int { epochs[transactionalID] ?? 0 }
}
