import Kafka
import Logging
import OrderEvents

/// Writes decisions, and the records that belong to them, a batch a transaction. Blocks; belongs to the desk's thread.
final class DeskTransactions {
    private let producer: KafkaProducer
    private let logger: Logger
    /// Called before each commit; a test makes it throw or wait.
    var beforeCommit: (() throws -> Void)?

    /// Fences off any other desk and waits until what that one had begun is settled.
    init(settings: KafkaSettings, logger: Logger) throws {
        self.logger = logger
        producer = try KafkaProducer(
            settings: settings, transactionalID: DeadLetterDesk.transactionalID, clientID: "orders-dlq",
            options: ["transaction.timeout.ms": "30000"], logger: logger)
        do {
            try producer.initTransactions(timeout: .seconds(60))
        } catch {
            producer.close()
            throw error
        }
    }

    func close() { producer.close() }

    /// All of it or nothing.
    ///
    /// - Throws: ``DeadLetterError``, saying what is known about the batch.
    func write(_ records: [ReplayRecord], _ decisions: [DeadLetterDecision]) throws {
        do {
            try producer.beginTransaction()
            for record in records { try send(record) }
            let topic = try producer.topic(Topics.deadLetterDecisions)
            for decision in decisions {
                let (key, value) = (Array(decision.id.description.utf8), try decision.encoded())
                try key.withUnsafeBytes { key in
                    try value.withUnsafeBytes {
                        try producer.produce(to: topic, partition: 0, key: key, value: $0, whenFull: .wait)
                    }
                }
            }
            try beforeCommit?()
            try commit()
        } catch let error as KafkaError where error.isFatal || error.isFencing {
            // Fenced at the first answer nothing was written; fenced when asking again, all of it may be.
            throw DeadLetterError(
                "another desk began to work meanwhile and took over, with \(decisions.count) decisions of this one on their way. Run this again when the other one is done: nothing is done twice"
            )
        } catch let error as DeadLetterError {
            throw error
        } catch {
            abort()
            throw DeadLetterError(
                "\(error). Nothing of the last \(decisions.count) decisions was written; run this again")
        }
    }

    private func send(_ record: ReplayRecord) throws {
        let topic = try producer.topic(record.topic)
        // Nil and empty are not the same, for key and value alike.
        try DeskTransactions.withBytes(record.key) { key in
            try DeskTransactions.withBytes(record.value) { value in
                try producer.produce(
                    to: topic, partition: record.partition, key: key, value: value, timestamp: record.timestamp,
                    headers: record.headers,
                    whenFull: .wait)
            }
        }
    }

    private static func withBytes(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws -> Void) throws {
        guard let bytes else { return try body(nil) }
        try bytes.withUnsafeBytes { try body($0) }
    }

    private func commit() throws {
        do throws(KafkaError) {
            try producer.commitUntilKnown()
        } catch {
            guard error.isRetriable else { throw error }
            throw DeadLetterError(
                "the broker does not say whether the last batch was committed: \(error.message). The next run settles it and does nothing twice"
            )
        }
    }

    private func abort() {
        do {
            try producer.abortTransaction(timeout: .seconds(10))
        } catch {
            // It ends by its timeout, and before any other desk begins.
            logger.warning("the desk's transaction was not aborted", metadata: ["error": "\(error)"])
        }
    }
}
