import Logging
import Threads

/// Writes records: awaited one by one (``send(to:partition:key:value:headers:timestamp:)``), or many at once without
/// waiting (``produce(to:partition:key:value:timestamp:headers:whenFull:)``), by itself or in transactions.
///
/// Idempotent, and acknowledged by all in-sync replicas. All calls may come from any thread, but a transaction belongs
/// to one thread at a time; calls that wait are marked "blocks" and belong on a thread of their own (see
/// ``DedicatedThread``).
public final class KafkaProducer: Sendable {
    /// What `produce` does when as much is on its way as the producer's memory allows.
    public enum FullQueue: Sendable {
        /// Throw ``KafkaError/Code/queueFull``.
        case fail
        /// Block until there is room.
        case wait
    }

    /// The partition is chosen by the record's key, as the Java client does; at random without a key.
    public static let byKey: Int32 = -1

    /// Shown by brokers and in logs.
    public let clientID: String
    /// Nil: not transactional.
    public let transactionalID: String?

    let driver: any ProducerDriver

    /// - Parameters:
    ///   - settings: which cluster, how, and by which library.
    ///   - transactionalID: makes it a transactional producer. At most one producer with an id is alive: a newer one
    ///     fences the older one off.
    ///   - clientID: shown by brokers and in logs; by default the transactional id.
    ///   - options: librdkafka properties of this producer, stronger than this module's defaults
    ///     and weaker than the settings' overrides.
    ///   - logger: what the client library reports.
    /// - Throws: ``KafkaError/Code/invalidSetting``. The broker is not contacted yet.
    public init(
        settings: KafkaSettings, transactionalID: String? = nil, clientID: String? = nil,
        options: [String: String] = [:],
        logger: Logger
    ) throws(KafkaError) {
        let clientID = clientID ?? transactionalID ?? "producer"
        self.clientID = clientID
        self.transactionalID = transactionalID
        switch settings.library {
        case .librdkafka:
            driver = try LibrdkafkaProducer(
                settings: settings, transactionalID: transactionalID, clientID: clientID, options: options,
                logger: logger)
        case .swift:
            driver = try SwiftProducer(
                settings: settings, transactionalID: transactionalID, clientID: clientID, options: options,
                logger: logger)
        }
    }

    /// How the connection fares. Any thread.
    public var status: ClientStatus { driver.status }

    /// A handle for a topic, to produce to it. Does not ask the broker whether it exists.
    public func topic(_ name: String) throws(KafkaError) -> TopicHandle { try driver.topic(name) }

    /// Records handed over and not yet acknowledged or failed.
    public var outstandingRecords: Int { driver.outstandingRecords }

    /// Sends what waits, aborts a transaction that is open, and lets go of all connections. Blocks, at most about
    /// `timeout`.
    ///
    /// Records that are not acknowledged by then are given up; a `send` that waits for one throws. Again: does nothing.
    /// - Returns: whether everything was sent and closed in time.
    @discardableResult
    public func close(timeout: Duration = .seconds(10)) -> Bool { driver.close(timeout: timeout) }

    /// Closes a producer that is of no further use. Blocks, a second at most.
    /// - Returns: how many records were on their way, and will not arrive unless they have already.
    public func abandon() -> Int {
        let count = outstandingRecords
        _ = close(timeout: .seconds(1))
        return count
    }
}

// MARK: Records

extension KafkaProducer {
    /// Hands over a record to be sent, without waiting for it. Key, value and headers are copied. The first record of a
    /// topic may wait until the topic's partitions are known.
    ///
    /// What becomes of the record shows in ``flush(timeout:)``, or in the commit of the transaction.
    /// - Parameters:
    ///   - topic: from ``topic(_:)`` of this producer.
    ///   - partition: or ``byKey``.
    ///   - key: nil means none.
    ///   - value: nil means none: a deletion, in a compacted topic.
    ///   - timestamp: milliseconds since 1970; by default now.
    ///   - headers: in this order.
    ///   - whenFull: whether to wait for room.
    /// - Throws: ``KafkaError``: `queueFull` (retriable); the transaction failed (must abort); fenced (fatal);
    ///   too large, no such partition (neither).
    public func produce(
        to topic: TopicHandle, partition: Int32 = KafkaProducer.byKey, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, timestamp: Int64? = nil, headers: [RecordHeader] = [],
        whenFull: FullQueue = .fail
    ) throws(KafkaError) {
        try driver.produce(
            to: topic, partition: partition, key: key, value: value, timestamp: timestamp, headers: headers,
            whenFull: whenFull)
    }

    /// Sends a record and waits until the log has it. Not for transactional producers, whose records count only once
    /// their transaction is committed.
    ///
    /// Resolved by the broker's answer itself, not by a timer. Cancelling the task does not take the record back.
    /// - Parameters:
    ///   - topic: from ``topic(_:)`` of this producer.
    ///   - partition: nil: by key, as the Java client does; at random without a key.
    ///   - key: nil means none.
    ///   - value: nil means none: a deletion, in a compacted topic.
    ///   - headers: in this order.
    ///   - timestamp: milliseconds since 1970; by default now.
    /// - Throws: ``KafkaError``, at the latest after `message.timeout.ms` (30 s).
    public func send(
        to topic: TopicHandle, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = [],
        timestamp: Int64? = nil
    ) async throws(KafkaError) -> RecordMetadata {
        try await driver.send(
            to: topic, partition: partition, key: key, value: value, headers: headers, timestamp: timestamp)
    }

    /// The same, for a topic by its name.
    public func send(
        topic: String, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = [],
        timestamp: Int64? = nil
    ) async throws(KafkaError) -> RecordMetadata {
        try await send(
            to: try self.topic(topic), partition: partition, key: key, value: value, headers: headers,
            timestamp: timestamp)
    }

    /// Sends all that waits and waits until it is acknowledged or failed. Blocks.
    /// - Throws: ``KafkaError/Code/deliveryFailed`` if records of `produce` failed since the last call, with how many
    ///   and the first one's reason (``KafkaError/Code/messageTooLarge`` if it was that); ``KafkaError/Code/timedOut``
    ///   if records are still on their way after `timeout`.
    public func flush(timeout: Duration = .seconds(30)) throws(KafkaError) { try driver.flush(timeout: timeout) }

    /// What became of records of ``produce(to:partition:key:value:timestamp:headers:whenFull:)`` that failed since last
    /// asked, without waiting for any: how many, and the first one's reason. Nil: none failed.
    public func takeFailures() -> KafkaError? { driver.takeFailures() }

    /// For each partition of the topic, the offset after the last record that this producer had acknowledged since
    /// it was last asked. After a commit: how far the transaction's own records reach.
    public func takeDeliveredOffsets(of topic: TopicHandle) -> [Int32: Int64] {
        driver.takeDeliveredOffsets(of: topic)
    }

    static func transactional(_ name: String) -> KafkaError {
        KafkaError(
            code: .state, message: "a transactional producer cannot await single records; use produce and commit",
            context: name)
    }
}
