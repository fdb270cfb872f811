import CRdKafka

/// Numbers the topics that a consumer meets.
///
/// A message carries its topic as a pointer, which stays the same while the topic object exists. So the table
/// pins each topic that it has seen with a reference of its own, and then finds it by pointer alone.
///
/// Unchecked: `pinned` is only touched inside a poll, of which there is one at a time; `numbers` has a lock.
final class TopicTable: @unchecked Sendable {
    private let numbers = TopicNumbers()
    private var pinned: [(topic: OpaquePointer, id: TopicID)] = []
    private let client: OpaquePointer

    init(client: OpaquePointer) { self.client = client }

    func id(named name: String) -> TopicID { numbers.id(named: name) }
    func name(of id: TopicID) -> String { numbers.name(of: id) }
    func knownID(named name: String) -> TopicID? { numbers.knownID(named: name) }

    @inline(__always)
    func id(of topic: OpaquePointer) -> TopicID {
        for entry in pinned where entry.topic == topic { return entry.id }
        return pin(topic)
    }

    /// Has librdkafka know the leaders of these topics. When it is asked to read a partition whose leader it does not
    /// know, version 2.0.2 waits half a second before it looks again. Blocks up to `timeout`; failing costs just that
    /// wait.
    func learnLeaders(_ names: Set<String>, timeout: Duration) {
        let deadline = Deadline(in: timeout)
        for name in names where !pinned.contains(where: { self.name(of: $0.id) == name }) {
            guard let topic = rd_kafka_topic_new(client, name, nil) else { continue }
            pinned.append((topic, id(named: name)))
            var metadata: UnsafePointer<rd_kafka_metadata>?
            guard
                rd_kafka_metadata(client, 0, topic, &metadata, deadline.remaining.milliseconds)
                    == RD_KAFKA_RESP_ERR_NO_ERROR
            else { return }
            rd_kafka_metadata_destroy(metadata)
        }
    }

    private func pin(_ topic: OpaquePointer) -> TopicID {
        let name = String(cString: rd_kafka_topic_name(topic))
        let id = id(named: name)
        // The same object with a reference more; should it ever be another one, look it up by name each time.
        if let own = rd_kafka_topic_new(client, name, nil) {
            if own == topic { pinned.append((own, id)) } else { rd_kafka_topic_destroy(own) }
        }
        return id
    }

    /// Before the client is destroyed, and with no poll under way.
    func unpinAll() {
        for entry in pinned { rd_kafka_topic_destroy(entry.topic) }
        pinned = []
    }
}
