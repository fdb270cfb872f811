import Logging
import NIOConcurrencyHelpers
import NIOCore

/// Writes records to topics: batched, idempotent, and within transactions where it has a transactional id.
///
/// Safe to use from any thread. ``append(_:key:value:partition:timestamp:headers:)`` copies a record into its batch and
/// returns at once; ``send(_:key:value:partition:timestamp:headers:)`` waits until it is acknowledged; ``flush()`` waits
/// for all.
public final class KafkaProducer: Sendable {
    /// A topic whose partitions are known to one producer, which alone takes records for it.
    public struct Topic: Hashable, Sendable {
        /// The topic's name.
        public let name: String
        let place: Int
        /// The producer's batches.
        let owner: ObjectIdentifier
    }

    /// Where a record was written.
    public struct RecordMetadata: Hashable, Sendable {
        /// The partition.
        public var partition: Int32
        /// The record's offset; -1 where a broker knows only that it has the record.
        public var offset: Int64
    }

    typealias Delivery = Result<RecordMetadata, ClientError>

    let handle: ClusterHandle
    private let settings: ProducerSettings
    let batches: SharedAccumulator
    let host: NIOLoopBound<ProducerHost>
    private let waiting: DeliveryWaiters
    let delivered: DeliveredOffsets
    let failures: DeliveryFailures

    /// A producer. It connects when it has something to do.
    ///
    /// - Throws: ``ClientError/Code/invalidSetting``, naming a setting that does not fit.
    public convenience init(
        _ cluster: ClusterSettings, _ settings: ProducerSettings = .init(), logger: Logger
    ) async throws(ClientError) {
        try settings.check()
        let handle = try await ClusterHandle(cluster, logger: logger)
        let parts = Parts(settings)
        self.init(handle, parts, host: await handle.run { parts.host(on: handle.loop, $0) })
    }

    /// The same for a thread that may block.
    convenience init(
        blocking cluster: ClusterSettings, _ settings: ProducerSettings, logger: Logger
    ) throws(ClientError) {
        try settings.check()
        let handle = try ClusterHandle(blocking: cluster, logger: logger)
        let parts = Parts(settings)
        self.init(handle, parts, host: handle.runBlocking { parts.host(on: handle.loop, $0) })
    }

    private init(_ handle: ClusterHandle, _ parts: Parts, host: NIOLoopBound<ProducerHost>) {
        self.handle = handle
        self.host = host
        settings = parts.settings
        batches = parts.batches
        waiting = parts.waiting
        delivered = parts.delivered
        failures = parts.failures
    }

    /// What a producer's two sides share.
    private struct Parts: Sendable {
        let settings: ProducerSettings
        let batches: SharedAccumulator
        let waiting = DeliveryWaiters()
        let delivered = DeliveredOffsets()
        let failures = DeliveryFailures()

        init(_ settings: ProducerSettings) {
            self.settings = settings
            batches = SharedAccumulator(settings: settings)
        }

        func host(on loop: any EventLoop, _ cluster: ClusterCore) -> NIOLoopBound<ProducerHost> {
            let host = ProducerHost(cluster: cluster, settings: settings, batches: batches) {
                waiting.take($0)
                delivered.take($0)
                failures.take($0)
            }
            return NIOLoopBound(host, eventLoop: loop)
        }
    }

    deinit {
        let host = host
        handle.execute { _ in host.value.close() }
        handle.release()
    }

    // MARK: Records

    /// A topic, once its partitions are known.
    ///
    /// - Throws: ``ClientError/Code/timedOut`` if they are not within `max.block.ms`; at once where the topic may not be
    ///   seen, its name is not allowed, or the login is refused.
    public func topic(_ name: String) async throws(ClientError) -> Topic {
        let place: Result<Int, ClientError> = await call(findTopic(name, partitions: 1))
        return topic(name, at: try place.get())
    }

    func topic(_ name: String, at place: Int) -> Topic {
        Topic(name: name, place: place, owner: ObjectIdentifier(batches))
    }

    /// Finds a topic's place among the batches, once so many partitions of it are known.
    func findTopic(_ name: String, partitions: Int) -> Call<Int> {
        let (deadline, batches) = (settings.blockMilliseconds, batches)
        return { host, cluster, done in
            let once = OnceOnly(done)
            cluster.schedule(at: cluster.now.monotonic + deadline) {
                once.finish(.failure(ClientError(.timedOut, "its partitions are not known", context: "topic \(name)")))
            }
            host.whenKnown(name, partitions: partitions) { count in
                once.finish(
                    count.map { count in batches.withAccumulator { $0.place(of: name, partitionCount: count) } })
            }
        }
    }

    /// Copies a record into its partition's batch.
    ///
    /// - Parameters:
    ///   - topic: of this producer.
    ///   - key: nil for null. Without a partition it chooses one, as Java's client does.
    ///   - value: nil for null.
    ///   - partition: where to; nil: the key chooses, and where there is none the producer.
    ///   - timestamp: milliseconds since 1970; nil for now.
    ///   - headers: in their order.
    /// - Throws: ``ClientError/Code/bufferFull``, retriable, where `buffer.memory` is used up.
    public func append(
        _ topic: Topic, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, partition: Int32? = nil,
        timestamp: Int64? = nil, headers: [RecordHeader] = []
    ) throws(ClientError) {
        let record = RecordView(
            key: key, value: value, timestamp: timestamp ?? SystemClock.wall, headers: headers)
        try append(record, topic, partition, token: nil)
    }

    private func append(
        _ record: RecordView, _ topic: Topic, _ partition: Int32?, token: UInt64?
    ) throws(ClientError) {
        guard topic.owner == ObjectIdentifier(batches) else {
            throw ClientError(.state, "the topic is of another producer; ask this one for it", context: topic.name)
        }
        guard try batches.append(record, to: topic.place, partition: partition, token: token).callsCore else { return }
        let (host, batches) = (host, batches)
        handle.execute { _ in
            batches.coreCame()
            host.value.core.pump()
        }
    }

    /// Writes a record and waits until it is acknowledged.
    ///
    /// - Throws: why it was not. The record may be in the log all the same where the message says so.
    public func send(
        _ topic: Topic, key: [UInt8]?, value: [UInt8]?, partition: Int32? = nil, timestamp: Int64? = nil,
        headers: [RecordHeader] = []
    ) async throws(ClientError) -> RecordMetadata {
        let time = timestamp ?? SystemClock.wall
        let delivery: Delivery = await withCheckedContinuation { continuation in
            let token = waiting.add { continuation.resume(returning: $0) }
            let appended: Result<Void, ClientError> = withBytes(key) { key in
                withBytes(value) { value in
                    let record = RecordView(key: key, value: value, timestamp: time, headers: headers)
                    do throws(ClientError) {
                        return .success(try append(record, topic, partition, token: token))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            if case .failure(let error) = appended { waiting.fail(token, error) }
        }
        return try delivery.get()
    }

    private func withBytes<Value>(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Value) -> Value {
        guard let bytes else { return body(nil) }
        return bytes.withUnsafeBytes { body($0) }
    }

    /// Waits until each record that was appended has its outcome.
    public func flush() async {
        let _: Result<Void, ClientError> = await call { host, _, done in host.core.flush { done(.success(())) } }
    }

    // MARK: Ends

    /// Ends the producer. Records without an outcome fail; call ``flush()`` first to wait for them.
    public func close() async {
        let host = host
        await handle.run { _ in host.value.close() }
        handle.release()
    }

    /// A call on the loop that has its end later.
    typealias Call<Value> =
        @Sendable (
            ProducerHost, ClusterCore, @escaping (Result<Value, ClientError>) -> Void
        ) -> Void

    func call<Value: Sendable>(_ body: @escaping Call<Value>) async -> Result<Value, ClientError> {
        let host = host
        return await withCheckedContinuation { continuation in
            handle.execute { cluster in body(host.value, cluster) { continuation.resume(returning: $0) } }
        }
    }
}

/// The first of two ends counts.
final class OnceOnly<Value> {
    private var then: ((Value) -> Void)?

    init(_ then: @escaping (Value) -> Void) { self.then = then }

    func finish(_ value: Value) {
        let then = then
        self.then = nil
        then?(value)
    }
}
