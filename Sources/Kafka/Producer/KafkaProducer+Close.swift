import CRdKafka

extension KafkaProducer {
    /// Sends what waits, aborts a transaction that is open, and lets go of all connections. Blocks, at most about `timeout`.
    ///
    /// Records that are not acknowledged by then are given up; a `send` that waits for one throws. Again: does nothing.
    /// - Returns: whether everything was sent and closed in time.
    @discardableResult
    public func close(timeout: Duration = .seconds(10)) -> Bool {
        let deadline = Deadline(in: timeout)
        guard handle.enterClosing() else { return true }
        let client = handle.client
        // Half of the time at most for the broker, the rest for tidying up.
        let patience = max(1, (timeout / 2).milliseconds)
        if inTransaction.load(ordering: .acquiring) {
            if let error = rd_kafka_abort_transaction(client, patience) { rd_kafka_error_destroy(error) }
        }
        let isSent = rd_kafka_flush(client, patience) == RD_KAFKA_RESP_ERR_NO_ERROR
        if !isSent {
            handle.context.logger.warning(
                "closing with \(rd_kafka_outq_len(client)) record(s) not acknowledged", metadata: ["client": "\(name)"])
            rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
            _ = rd_kafka_flush(client, 500)
        }
        handle.leave()
        let isDestroyed = handle.waitUntilDestroyed(timeout: deadline.remaining)
        reports.failAll(KafkaError.closed(name))
        return isSent && isDestroyed
    }
}
