import CRdKafka
import Threads

extension LibrdkafkaProducer {
    /// Sends what waits, aborts a transaction that is open, and lets go of all connections. Blocks, at most about
    /// `timeout`.
    ///
    /// Records that are not acknowledged by then are given up; a `send` that waits for one throws. Again: does nothing.
    /// - Returns: whether everything was sent and closed in time.
    @discardableResult
    func close(timeout: Duration = .seconds(10)) -> Bool {
        Self.close(handle, reports, isInTransaction: inTransaction.load(ordering: .acquiring), timeout)
    }

    /// What became of records of ``produce(to:partition:key:value:timestamp:headers:whenFull:)`` that failed since last
    /// asked, without waiting for any: how many, and the first one's reason. Nil: none failed.
    func takeFailures() -> KafkaError? { reports.takeFailures() }

    /// For a producer that is dropped without being closed.
    func closeInBackground() {
        guard !handle.isClosed else { return }
        let (handle, reports, isInTransaction) = (handle, reports, inTransaction.load(ordering: .acquiring))
        OSThread.start("kafka-close") { Self.close(handle, reports, isInTransaction: isInTransaction, .seconds(10)) }
    }

    @discardableResult
    private static func close(
        _ handle: ClientHandle, _ reports: DeliveryReports, isInTransaction: Bool, _ timeout: Duration
    ) -> Bool {
        let deadline = Deadline(in: timeout)
        guard handle.enterClosing() else { return true }
        let isSent = settle(handle, isInTransaction, patience: timeout / 2)
        handle.leave()
        let isDestroyed = handle.waitUntilDestroyed(timeout: deadline.remaining)
        reports.failAll(KafkaError.closed(handle.context.name))
        return isSent && isDestroyed
    }

    /// Half of the time at most is for the broker, the rest for tidying up.
    private static func settle(_ handle: ClientHandle, _ isInTransaction: Bool, patience: Duration) -> Bool {
        let client = handle.client
        let milliseconds = max(1, patience.milliseconds)
        // A producer that the cluster has forgotten has no transaction there.
        let isForgotten = handle.context.state.withLock { $0.status.fatalError?.endsProducer ?? false }
        if isInTransaction, !isForgotten, let error = rd_kafka_abort_transaction(client, milliseconds) {
            rd_kafka_error_destroy(error)
        }
        if rd_kafka_flush(client, milliseconds) == RD_KAFKA_RESP_ERR_NO_ERROR { return true }
        handle.context.logger.warning(
            "closing with \(rd_kafka_outq_len(client)) record(s) not acknowledged",
            metadata: ["client": "\(handle.context.name)"]
        )
        rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        _ = rd_kafka_flush(client, 500)
        return false
    }
}
