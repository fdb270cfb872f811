import Logging

/// A transactional producer for a thread of its own, which it may block. The thread is not one of Swift's pool.
///
/// What needs no answer is not waited for: beginning a transaction, and its offsets. Where one of them fails, the
/// commit says so.
package final class BlockingProducer: Sendable {
    private let producer: KafkaProducer
    private let blockMilliseconds: Int64

    /// A producer. It connects when it has something to do.
    package init(
        _ cluster: ClusterSettings, _ settings: ProducerSettings, logger: Logger
    ) throws(ClientError) {
        producer = try KafkaProducer(blocking: cluster, settings, logger: logger)
        blockMilliseconds = settings.blockMilliseconds
    }

    /// How the connections to its cluster fare.
    package var status: ClusterStatus { producer.handle.status }

    /// The time that a record without one gets: milliseconds since 1970.
    package static var now: Int64 { SystemClock.wall }

    // MARK: Records

    /// A topic, once so many of its partitions are known; see ``KafkaProducer/topic(_:)``.
    package func topic(_ name: String, partitions: Int = 1) throws(ClientError) -> KafkaProducer.Topic {
        producer.topic(name, at: try producer.wait(producer.findTopic(name, partitions: partitions)))
    }

    /// Copies a record into its partition's batch.
    ///
    /// - Parameters:
    ///   - partition: nil to have the key choose.
    ///   - waits: for room, where `buffer.memory` is used up.
    package func append(
        _ topic: KafkaProducer.Topic, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, partition: Int32?,
        timestamp: Int64?, headers: [RecordHeader], waits: Bool = true
    ) throws(ClientError) {
        while true {
            do throws(ClientError) {
                return try producer.append(
                    topic, key: key, value: value, partition: partition, timestamp: timestamp, headers: headers)
            } catch {
                guard error.code == .bufferFull, waits else { throw error }
                try waitForRoom(
                    BatchBuffer.room(for: RecordView(key: key, value: value, timestamp: 0, headers: headers)))
            }
        }
    }

    private func waitForRoom(_ bytes: Int) throws(ClientError) {
        let wait = blockMilliseconds
        let call: KafkaProducer.Call<Void> = { host, cluster, done in
            // What is full is not waited for: it is sent now.
            host.core.pump()
            host.whenRoom(bytes, until: cluster.now.monotonic + wait, then: done)
        }
        try producer.wait(call)
    }

    /// See ``KafkaProducer/topic(_:)``.
    package func findTopic(_ name: String) async throws(ClientError) -> KafkaProducer.Topic {
        try await producer.topic(name)
    }

    /// See ``KafkaProducer/send(_:key:value:partition:timestamp:headers:)``.
    package func send(
        _ topic: KafkaProducer.Topic, key: [UInt8]?, value: [UInt8]?, partition: Int32?, timestamp: Int64?,
        headers: [RecordHeader]
    ) async throws(ClientError) -> KafkaProducer.RecordMetadata {
        try await producer.send(
            topic, key: key, value: value, partition: partition, timestamp: timestamp, headers: headers)
    }

    /// Waits until each record that was appended has its outcome.
    ///
    /// - Throws: ``ClientError/Code/timedOut`` where some have none by then.
    package func flush(timeout: Duration) throws(ClientError) {
        let wait = timeout.inMilliseconds
        let call: KafkaProducer.Call<Void> = { host, cluster, done in
            let once = OnceOnly(done)
            host.core.flush { once.finish(.success(())) }
            cluster.schedule(at: cluster.now.monotonic + wait) {
                once.finish(.failure(ClientError(.timedOut, "some records have no outcome yet")))
            }
        }
        try producer.wait(call)
    }

    /// Records that were appended and have no outcome yet.
    package var outstandingRecords: Int { producer.batches.withAccumulator(\.recordCount) }

    /// How many records that nobody waits for failed since this was last asked, and the first one's reason.
    package func takeFailures() -> (count: Int, first: ClientError)? { producer.failures.takeAll() }

    /// For each partition of the topic, the offset behind the last record that was acknowledged since this was last
    /// asked.
    package func takeDeliveredOffsets(of topic: KafkaProducer.Topic) -> [Int32: Int64] {
        producer.delivered.takeAll(ofTopic: topic.place)
    }

    // MARK: Transactions

    /// See ``KafkaProducer/initTransactions(timeout:)``.
    package func initTransactions(timeout: Duration) throws(ClientError) {
        try transact(timeout) { $0.initialize(deadline: $1, then: $2) }
    }

    /// Begins a transaction.
    package func beginTransaction() {
        let host = producer.host
        producer.handle.execute { _ in
            // One that cannot begin refuses its commit as well, for the same reason.
            try? host.value.transaction?.begin()
        }
    }

    /// Makes the consumer's progress part of the transaction. Where its group has moved on, the commit fails.
    package func sendOffsets(_ offsets: [TopicPartition: Int64], of consumer: BlockingConsumer) {
        let (host, core) = (producer.host, consumer.core)
        producer.handle.execute { _ in
            guard let member = core.value.groupMetadata else { return }
            let committed = offsets.mapValues { CommittedOffset(offset: $0) }
            host.value.transaction?.sendOffsets(committed, of: member) { _ in
                // The transaction has failed with it: its end tells.
            }
        }
    }

    /// See ``KafkaProducer/commitTransaction(timeout:)``.
    package func commitTransaction(timeout: Duration) throws(ClientError) {
        try transact(timeout) { $0.commit(deadline: $1, then: $2) }
    }

    /// See ``KafkaProducer/abortTransaction(timeout:)``.
    package func abortTransaction(timeout: Duration) throws(ClientError) {
        try transact(timeout) { $0.abort(deadline: $1, then: $2) }
    }

    private func transact(
        _ timeout: Duration,
        _ body: @escaping @Sendable (TransactionCore, Int64, @escaping TransactionCore.Completion) -> Void
    ) throws(ClientError) {
        let wait = timeout.inMilliseconds
        let call: KafkaProducer.Call<Void> = { host, cluster, done in
            guard let transaction = host.transaction else {
                return done(.failure(ClientError(.state, "the producer has no transactional.id")))
            }
            body(transaction, cluster.now.monotonic + wait, done)
        }
        try producer.wait(call)
    }

    /// Ends the producer. An open transaction stays open: abort it first.
    package func close() {
        let host = producer.host
        producer.handle.runBlocking { _ in host.value.close() }
        producer.handle.release()
    }
}

extension KafkaProducer {
    /// A call on the loop, for a thread that may block.
    fileprivate func wait<Value: Sendable>(_ body: @escaping Call<Value>) throws(ClientError) -> Value {
        let (host, handle) = (host, handle)
        let result: Result<Value, ClientError> = Reply.wait { reply in
            handle.execute { cluster in body(host.value, cluster) { reply.give($0) } }
        }
        return try result.get()
    }
}
