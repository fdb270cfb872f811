/// Transactions: `initTransactions` once, then for each batch `beginTransaction`, `produce`…, `sendOffsets`,
/// `commitTransaction`. On an error that says ``KafkaError/mustAbortTransaction``: `abortTransaction`, take the input
/// again (seek back to the committed offsets). On one that is fatal: close the producer. Retriable ones were retried
/// already, until the timeout.
extension KafkaProducer {
    /// Registers the transactional id: fences off an older producer that has it and has its open transaction aborted.
    /// Blocks up to `timeout`; may be called again after a retriable error.
    public func initTransactions(timeout: Duration = .seconds(60)) throws(KafkaError) {
        try driver.initTransactions(timeout: timeout)
    }

    /// Begins a transaction. Does not contact the broker.
    public func beginTransaction() throws(KafkaError) { try driver.beginTransaction() }

    /// Makes the input's progress part of the transaction. Blocks up to `timeout`. Where a library does not wait, the
    /// commit says what failed.
    /// - Parameters:
    ///   - offsets: for each partition the offset of the *next* record to read (see also ``KafkaConsumer/position(_:)``).
    ///   - consumer: the one that read the input. If its group has moved on without it, the transaction must be aborted.
    ///   - timeout: how long the call may take.
    public func sendOffsets(
        _ offsets: [TopicPartition: Int64], of consumer: KafkaConsumer, timeout: Duration = .seconds(10)
    ) throws(KafkaError) {
        try driver.sendOffsets(offsets, of: consumer.driver, timeout: timeout)
    }

    /// Waits until all records of the transaction are in the log, then commits it. Blocks up to `timeout`.
    /// - Throws: ``KafkaError``. After a retriable one (the broker did not answer in time) it is open whether the
    ///   commit happened: call it again. After one that says so, abort.
    public func commitTransaction(timeout: Duration = .seconds(10)) throws(KafkaError) {
        try driver.commitTransaction(timeout: timeout)
    }

    /// Commits, and asks again while the answer is late: the commit may have happened. Blocks.
    /// - Throws: ``KafkaError``. One that is retriable: what became of the transaction was not known within `limit`.
    package func commitUntilKnown(within limit: Duration = .seconds(60)) throws(KafkaError) {
        let deadline = Deadline(in: limit)
        while true {
            do throws(KafkaError) {
                return try commitTransaction(timeout: .seconds(10))
            } catch {
                if !error.isRetriable || deadline.isOver { throw error }
            }
        }
    }

    /// Drops the transaction: its records will not be seen by read_committed consumers. Blocks up to `timeout`.
    public func abortTransaction(timeout: Duration = .seconds(10)) throws(KafkaError) {
        try driver.abortTransaction(timeout: timeout)
    }
}
