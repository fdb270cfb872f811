import CRdKafka
import Threads

extension LibrdkafkaConsumer {
    /// Leaves the group (its other members take over at once) and lets go of all connections. Blocks, at most about
    /// `timeout`.
    ///
    /// The rebalance handler is notified of the last revocation, on this thread. Offsets are not committed. Batches
    /// that are still held stay valid; the client's memory goes with the last of them. Again: does nothing.
    /// - Returns: whether all was done in time; if not, the rest goes on in the background.
    @discardableResult
    func close(timeout: Duration = .seconds(10)) -> Bool {
        Self.close(handle, polling, queue, timeout)
    }

    /// For a consumer that is dropped without being closed. Its handler is not called any more: what the handler refers
    /// to may be gone as well.
    func closeInBackground() {
        guard !handle.isClosed else { return }
        polling.handler = nil
        let (handle, polling) = (handle, polling)
        nonisolated(unsafe) let queue = queue
        OSThread.start("kafka-close") { Self.close(handle, polling, queue, .seconds(10)) }
    }

    @discardableResult
    private static func close(
        _ handle: ClientHandle, _ polling: PollState, _ queue: OpaquePointer, _ timeout: Duration
    ) -> Bool {
        let deadline = Deadline(in: timeout)
        guard handle.enterClosing() else { return true }
        // Have a poll on another thread return now.
        rd_kafka_queue_yield(queue)
        if polling.begin(timeout: deadline.remaining) {
            leaveGroup(handle, polling, deadline)
            polling.handler = nil
            polling.end()
        }
        handle.leave()
        let isDone = handle.waitUntilDestroyed(timeout: deadline.remaining)
        if !isDone {
            handle.context.logger.notice(
                "not all closed after \(timeout); the rest goes on in the background",
                metadata: ["client": "\(handle.context.name)"])
        }
        return isDone
    }

    private static func leaveGroup(_ handle: ClientHandle, _ polling: PollState, _ deadline: Deadline) {
        let client = handle.client
        polling.phase = .closing
        // A rebalance that came with the last poll's end and was not answered yet.
        _ = polling.answerRebalance(client, handle.context)
        let closing = rd_kafka_queue_new(client)!
        defer { rd_kafka_queue_destroy(closing) }
        if let error = rd_kafka_consumer_close_queue(client, closing) {
            // After a fatal error there is no orderly leaving.
            rd_kafka_error_destroy(error)
            return
        }
        var message: UnsafeMutablePointer<rd_kafka_message_t>?
        while rd_kafka_consumer_closed(client) == 0, !deadline.isOver {
            if rd_kafka_consume_batch_queue(closing, 10, &message, 1) > 0 { rd_kafka_message_destroy(message) }
        }
    }
}
