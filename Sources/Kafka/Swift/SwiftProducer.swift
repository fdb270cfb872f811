import KafkaClient
import Logging
import Synchronization
import Threads

/// A ``KafkaProducer`` on the module KafkaClient.
final class SwiftProducer: ProducerDriver {
    private let name: String
    private let transactionalID: String?
    private let producer: BlockingProducer
    private let account: ConnectionAccount
    private let logger: Logger
    /// The topics, by their handles' numbers. The partitions are asked for with the first record.
    private let outputs = Mutex<[Output]>([])
    /// Between `beginTransaction` and a successful commit or abort.
    private let inTransaction = Atomic<Bool>(false)
    private let isClosed = Atomic<Bool>(false)
    /// Of ``send(to:partition:key:value:headers:timestamp:)``: those that wait for their topic's partitions.
    private let sendsBeforeTopic = Atomic<Int>(0)
    /// After an error that ended the producer.
    private let isDead = Atomic<Bool>(false)

    private struct Output {
        let name: String
        var topic: KafkaClient.KafkaProducer.Topic?
    }

    /// As ``KafkaProducer/init(settings:transactionalID:clientID:options:logger:)``.
    init(
        settings: KafkaSettings, transactionalID: String?, clientID: String, options: [String: String], logger: Logger
    ) throws(KafkaError) {
        let converted = try SwiftClientSettings(settings, options: options, logger: logger)
            .producer(clientID: clientID, transactionalID: transactionalID)
        name = "producer \(clientID)"
        self.transactionalID = transactionalID
        self.logger = logger
        account = ConnectionAccount(name: name, settings: settings, logger: logger)
        do throws(ClientError) {
            producer = try BlockingProducer(converted.cluster, converted.producer, logger: logger)
        } catch {
            throw KafkaError(error)
        }
    }

    var status: ClientStatus { account.status(producer.status) }
    var outstandingRecords: Int {
        if isClosed.load(ordering: .acquiring) { return 0 }
        return producer.outstandingRecords + sendsBeforeTopic.load(ordering: .relaxed)
    }

    private func error(_ error: ClientError, in operation: String) -> KafkaError {
        let cause = producer.status.lastError
        let found = KafkaError(error, in: "\(name): \(operation)", connection: cause)
        if found.isFatal {
            account.note(fatal: found)
            isDead.store(true, ordering: .releasing)
        }
        return account.explained(found, by: cause ?? error)
    }

    private func call<Value>(_ operation: String, _ body: () throws(ClientError) -> Value) throws(KafkaError) -> Value {
        try checkOpen()
        do throws(ClientError) { return try body() } catch { throw self.error(error, in: operation) }
    }

    private func checkOpen() throws(KafkaError) {
        if isClosed.load(ordering: .acquiring) { throw KafkaError.closed(name) }
        if isDead.load(ordering: .acquiring), let error = account.fatalError { throw error }
    }

    @discardableResult
    func close(timeout: Duration) -> Bool {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return true }
        defer { producer.close() }
        // Half of the time at most is for the broker.
        let patience = timeout / 2
        var isSettled = true
        do throws(ClientError) {
            // What is open holds up whoever reads committed records, until the broker gives it up by its timeout.
            if inTransaction.load(ordering: .acquiring), producer.status.isConnected {
                try producer.abortTransaction(timeout: patience)
            }
        } catch {
            logger.debug(
                "closing with a transaction that is open", metadata: ["client": "\(name)", "error": "\(error)"])
            isSettled = false
        }
        do throws(ClientError) {
            if producer.outstandingRecords > 0 { try producer.flush(timeout: patience) }
        } catch {
            logger.warning(
                "closing with \(producer.outstandingRecords) record(s) not acknowledged",
                metadata: ["client": "\(name)"])
            isSettled = false
        }
        return isSettled
    }
}

// Records.
extension SwiftProducer {
    func topic(_ name: String) throws(KafkaError) -> TopicHandle {
        try checkOpen()
        return outputs.withLock { outputs in
            if let index = outputs.firstIndex(where: { $0.name == name }) { return TopicHandle(index: index) }
            outputs.append(Output(name: name))
            return TopicHandle(index: outputs.count - 1)
        }
    }

    private func output(_ topic: TopicHandle) -> Output { outputs.withLock { $0[topic.index] } }

    private func found(_ topic: TopicHandle, _ found: KafkaClient.KafkaProducer.Topic) {
        outputs.withLock { $0[topic.index].topic = found }
    }

    func produce(
        to topic: TopicHandle, partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        timestamp: Int64?, headers: [RecordHeader], whenFull: KafkaProducer.FullQueue
    ) throws(KafkaError) {
        try checkOpen()
        if transactionalID != nil, !inTransaction.load(ordering: .acquiring) {
            throw KafkaError(
                code: .state, message: "no transaction has begun",
                context: "\(name): producing to \(output(topic).name)")
        }
        let headers = headers.isEmpty ? [] : headers.clients
        let chosen = partition == KafkaProducer.byKey ? nil : partition
        func append(to output: KafkaClient.KafkaProducer.Topic) throws(ClientError) {
            try producer.append(
                output, key: key, value: value, partition: chosen, timestamp: timestamp, headers: headers,
                waits: whenFull == .wait)
        }
        let output = output(topic)
        do throws(ClientError) {
            if let known = output.topic {
                do throws(ClientError) {
                    return try append(to: known)
                } catch {
                    // The topic may have grown.
                    guard error.code == .unknownPartition else { throw error }
                }
            }
            let known = try producer.topic(output.name, partitions: Int(max(0, partition)) + 1)
            found(topic, known)
            try append(to: known)
        } catch {
            let place = partition >= 0 ? "\(output.name)[\(partition)]" : output.name
            throw self.error(error, in: "producing to \(place)")
        }
    }

    func send(
        to topic: TopicHandle, partition: Int32?, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader],
        timestamp: Int64?
    ) async throws(KafkaError) -> RecordMetadata {
        try checkOpen()
        guard transactionalID == nil else { throw KafkaProducer.transactional(name) }
        let output = output(topic)
        // What the log has is known by its time, whoever gave it.
        let time = timestamp ?? BlockingProducer.now
        do throws(ClientError) {
            let known = try await known(topic, output)
            let written = try await producer.send(
                known, key: key, value: value, partition: partition, timestamp: time, headers: headers.clients)
            return RecordMetadata(
                topic: output.name, partition: written.partition, offset: written.offset < 0 ? nil : written.offset,
                timestamp: time)
        } catch {
            let found = self.error(error, in: "producing to \(output.name)")
            // It was the record's whole time that passed.
            guard found.code == .timedOut else { throw found }
            throw KafkaError(code: .messageTimedOut, message: found.message, context: found.context)
        }
    }

    private func known(
        _ topic: TopicHandle, _ output: Output
    ) async throws(ClientError) -> KafkaClient.KafkaProducer.Topic {
        if let known = output.topic { return known }
        sendsBeforeTopic.add(1, ordering: .relaxed)
        defer { sendsBeforeTopic.subtract(1, ordering: .relaxed) }
        let known = try await producer.findTopic(output.name)
        found(topic, known)
        return known
    }

    func flush(timeout: Duration) throws(KafkaError) {
        let flushed = Result { () throws(KafkaError) in
            try call("flushing, \(producer.outstandingRecords) record(s) left") { () throws(ClientError) in
                try producer.flush(timeout: timeout)
            }
        }
        if let failures = takeFailures() { throw failures }
        try flushed.get()
    }

    func takeFailures() -> KafkaError? {
        guard let (count, first) = producer.takeFailures() else { return nil }
        return KafkaError(failures: count, first: error(first, in: "producing"), in: name)
    }

    func takeDeliveredOffsets(of topic: TopicHandle) -> [Int32: Int64] {
        output(topic).topic.map { producer.takeDeliveredOffsets(of: $0) } ?? [:]
    }
}

// Transactions.
extension SwiftProducer {
    func initTransactions(timeout: Duration) throws(KafkaError) {
        try call("initialising transactions") { () throws(ClientError) in
            try producer.initTransactions(timeout: timeout)
        }
    }

    func beginTransaction() throws(KafkaError) {
        try checkOpen()
        guard transactionalID != nil, !inTransaction.exchange(true, ordering: .acquiringAndReleasing) else {
            throw KafkaError(
                code: .state,
                message: transactionalID == nil ? "no transactional id" : "a transaction has begun already",
                context: "\(name): beginning a transaction")
        }
        _ = producer.takeFailures()
        producer.beginTransaction()
    }

    func sendOffsets(
        _ offsets: [TopicPartition: Int64], of consumer: any ConsumerDriver, timeout: Duration
    ) throws(KafkaError) {
        if offsets.isEmpty { return }
        try checkOpen()
        guard let consumer = consumer as? SwiftConsumer else {
            throw KafkaError(
                code: .state, message: "the consumer is of another library", context: "\(name): sending offsets")
        }
        producer.sendOffsets(offsets.clients, of: consumer.consumer)
    }

    func commitTransaction(timeout: Duration) throws(KafkaError) {
        try call("committing a transaction") { () throws(ClientError) in
            try producer.commitTransaction(timeout: timeout)
        }
        inTransaction.store(false, ordering: .releasing)
    }

    func abortTransaction(timeout: Duration) throws(KafkaError) {
        try call("aborting a transaction") { () throws(ClientError) in
            try producer.abortTransaction(timeout: timeout)
        }
        inTransaction.store(false, ordering: .releasing)
        _ = producer.takeFailures()
    }
}
