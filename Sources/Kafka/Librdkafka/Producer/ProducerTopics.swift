import CRdKafka
import Synchronization

/// A producer's topics.
///
/// Unchecked: entries are written once, under the lock, before their number is handed out, and never moved or changed;
/// so whoever holds a number may read its entry without the lock.
final class ProducerTopics: @unchecked Sendable {
    /// How many topics one producer may write to.
    static let capacity = 1024

    private let client: OpaquePointer
    private let entries: UnsafeMutablePointer<OpaquePointer> = .allocate(capacity: capacity)
    private let names = Mutex<[String]>([])

    init(client: OpaquePointer) { self.client = client }

    deinit { entries.deallocate() }

    func handle(named name: String) throws(KafkaError) -> TopicHandle {
        let result = names.withLock { names -> Result<TopicHandle, KafkaError> in
            if let index = names.firstIndex(of: name) { return .success(TopicHandle(index: index)) }
            guard names.count < Self.capacity else {
                return .failure(
                    KafkaError(code: .invalidArgument, message: "more than \(Self.capacity) topics", context: name))
            }
            guard let topic = rd_kafka_topic_new(client, name, nil) else {
                return .failure(
                    KafkaError(rd_kafka_last_error(), in: "topic \(name)")
                        ?? KafkaError(code: .invalidArgument, message: "not a topic's name", context: name))
            }
            entries[names.count] = topic
            names.append(name)
            return .success(TopicHandle(index: names.count - 1))
        }
        return try result.get()
    }

    @inline(__always)
    func topic(_ handle: TopicHandle) -> OpaquePointer { entries[handle.index] }

    func name(_ handle: TopicHandle) -> String { names.withLock { $0[handle.index] } }

    /// Before the client is destroyed.
    func destroyAll() {
        names.withLock { names in
            for index in names.indices { rd_kafka_topic_destroy(entries[index]) }
        }
    }
}
