import CRdKafka
import Threads

/// Transactions: `initTransactions` once, then for each batch `beginTransaction`, `produce`…, `sendOffsets`,
/// `commitTransaction`. On an error that says ``KafkaError/mustAbortTransaction``: `abortTransaction`, take the input
/// again (seek back to the committed offsets). On one that is fatal: close the producer. Retriable ones were retried
/// already, until the timeout.
extension LibrdkafkaProducer {
    /// Registers the transactional id: fences off an older producer that has it and has its open transaction aborted.
    /// Blocks up to `timeout`; may be called again after a retriable error.
    func initTransactions(timeout: Duration = .seconds(60)) throws(KafkaError) {
        try transact("initialising transactions", timeout, slice: Self.slice) { rd_kafka_init_transactions($0, $1) }
    }

    /// Begins a transaction. Does not contact the broker.
    func beginTransaction() throws(KafkaError) {
        _ = reports.takeFailures()
        handle.context.state.withLock { $0.transactionFault = nil }
        try transact("beginning a transaction", .zero) { client, _ in rd_kafka_begin_transaction(client) }
        inTransaction.store(true, ordering: .releasing)
    }

    /// Makes the input's progress part of the transaction. Blocks up to `timeout`.
    /// - Parameters:
    ///   - offsets: for each partition the offset of the *next* record to read (see also ``LibrdkafkaConsumer/position(_:)``).
    ///   - consumer: the one that read the input. If its group has moved on without it, the transaction must be aborted.
    ///   - timeout: how long the call may take.
    func sendOffsets(
        _ offsets: [TopicPartition: Int64], of consumer: any ConsumerDriver, timeout: Duration = .seconds(10)
    ) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        guard let consumer = consumer as? LibrdkafkaConsumer else {
            throw KafkaError(code: .state, message: "the consumer is of another library", context: "\(name): offsets")
        }
        try consumer.handle.enter()
        defer { consumer.handle.leave() }
        guard let member = rd_kafka_consumer_group_metadata(consumer.handle.client) else {
            throw KafkaError(code: .unknownGroup, message: "the consumer is in no group", context: consumer.name)
        }
        defer { rd_kafka_consumer_group_metadata_destroy(member) }
        // Of a member that its group has given up librdkafka may have forgotten name and generation, and a commit
        // without either is let through. What it has read is somebody else's, until a poll tells it.
        guard rd_kafka_assignment_lost(consumer.handle.client) == 0 else {
            throw KafkaError(
                code: .unknownMember, message: "the group has given its member up",
                context: "\(name): sending offsets of group \(consumer.group ?? "-")", mustAbortTransaction: true)
        }
        let list = TopicPartitionList(offsets)
        try transact("sending offsets of group \(consumer.group ?? "-")", timeout) {
            rd_kafka_send_offsets_to_transaction($0, list.pointer, member, $1)
        }
    }

    /// Waits until all records of the transaction are in the log, then commits it. Blocks up to `timeout`.
    /// - Throws: ``KafkaError``. After a retriable one (the broker did not answer in time) it is open whether the
    ///   commit happened: call it again. After one that says so, abort.
    func commitTransaction(timeout: Duration = .seconds(10)) throws(KafkaError) {
        try transact("committing a transaction", timeout) { rd_kafka_commit_transaction($0, $1) }
        inTransaction.store(false, ordering: .releasing)
    }

    /// Drops the transaction: its records will not be seen by read_committed consumers. Blocks up to `timeout`.
    func abortTransaction(timeout: Duration = .seconds(10)) throws(KafkaError) {
        try transact("aborting a transaction", timeout, slice: Self.slice) { rd_kafka_abort_transaction($0, $1) }
        inTransaction.store(false, ordering: .releasing)
        _ = reports.takeFailures()
    }

    /// These two wait for an identity, which a broker may refuse indefinitely. What is heard of that beside the call is
    /// looked at this often.
    private static let slice: Duration = .seconds(1)

    /// Calls until it succeeds, fails permanently, or the time is up. librdkafka resumes a call that it has not
    /// finished.
    private func transact(
        _ operation: String, _ timeout: Duration, slice: Duration = .seconds(3_600),
        _ call: (OpaquePointer, Int32) -> OpaquePointer?
    ) throws(KafkaError) {
        try handle.enter()
        defer { handle.leave() }
        let deadline = Deadline(in: timeout)
        while true {
            // At least one attempt, and each with at least a millisecond.
            let remaining = max(1, min(deadline.remaining, slice).milliseconds)
            guard let error = KafkaError(consuming: call(handle.client, remaining), in: "\(name): \(operation)") else {
                return
            }
            if let lost = lostIdentity(in: operation) { throw lost }
            if !error.isRetriable || deadline.isOver || handle.isClosed { throw detailed(error) }
            // Most retriable errors have waited already; this keeps the others from spinning.
            OSThread.sleep(.milliseconds(5))
        }
    }

    /// The cluster's refusal to go on with this producer, once it was heard.
    private func lostIdentity(in operation: String) -> KafkaError? {
        guard let error = status.fatalError, error.endsProducer else { return nil }
        return KafkaError(code: error.code, message: error.message, context: "\(name): \(operation)", isFatal: true)
    }

    /// A call that is refused since the transaction has failed, with the code of what failed in it.
    private func caused(_ error: KafkaError) -> KafkaError {
        guard error.code == .state, error.mustAbortTransaction,
            let code = handle.context.state.withLock({ $0.transactionFault })
        else { return error }
        return KafkaError(
            code: code, message: "\(error.message), as the transaction has failed", context: error.context,
            mustAbortTransaction: true)
    }

    /// Adds why records of the transaction failed, where librdkafka's error only says that they did; the code too,
    /// where it is a record's size.
    private func detailed(_ raw: KafkaError) -> KafkaError {
        let error = caused(raw)
        guard error.mustAbortTransaction || error.isFatal, let failures = reports.takeFailures() else { return error }
        return KafkaError(
            code: failures.code == .messageTooLarge ? .messageTooLarge : error.code,
            message: "\(error.message); \(failures.message)", context: error.context,
            isFatal: error.isFatal, mustAbortTransaction: error.mustAbortTransaction)
    }
}
