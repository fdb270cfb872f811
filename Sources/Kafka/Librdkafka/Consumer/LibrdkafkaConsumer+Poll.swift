import CRdKafka

extension LibrdkafkaConsumer {
    /// Waits for records and takes those that are there. Blocks.
    ///
    /// Returns as soon as there is one record, with up to `max`; or with an empty batch after `timeout`, after a
    /// rebalance, or when the consumer is being closed. Rebalances are handled inside. One that comes up while records
    /// are being taken waits for the next poll, and the group with it: so all records that were handed out can be
    /// processed and committed before their partitions go.
    ///
    /// Must be called again within `max.poll.interval.ms` (5 min), else the group goes on without this member.
    /// - Throws: ``KafkaError``. What passes by itself (brokers away, a topic not there yet) is not thrown but logged
    ///   and given to ``onError(_:)``; thrown are refusals (authorization, no offset to start from) and fatal errors.
    func poll(max: Int, timeout: Duration) throws(KafkaError) -> RecordBatch {
        precondition(max > 0, "a poll takes at least one record")
        try handle.enter()
        guard polling.begin(timeout: nil) else {
            handle.leave()
            throw KafkaError(code: .state, message: "poll called from inside the rebalance handler", context: name)
        }
        defer { polling.end() }
        do throws(KafkaError) {
            // Closed while this call waited for its turn.
            if handle.isClosed { throw KafkaError.closed(name) }
            let count = try take(max: max, timeout: timeout)
            // The batch goes on with this call's use of the handle.
            let batch = RecordBatch(
                taking: UnsafeBufferPointer(polling.room.extracting(..<count)), topics: topics, handle: handle)
            note(delivered: batch)
            return batch
        } catch {
            handle.leave()
            throw error
        }
    }

    /// The queue's own mark may go with a batch that is just being taken. So it is kept here, too: what is seen twice
    /// only has one more poll return early.
    func wakePoll() {
        owesWake.store(true, ordering: .releasing)
        do throws(KafkaError) {
            try handle.enter()
        } catch {
            // It is closed: nobody polls it any more.
            return
        }
        rd_kafka_queue_yield(queue)
        handle.leave()
    }

    var name: String { handle.context.name }

    /// Records come in runs of one partition each, so this looks up one entry a run.
    private func note(delivered batch: RecordBatch) {
        batch.withRecords { records in
            for index in records.indices {
                let (record, next) = (records[index], index + 1)
                let endsRun =
                    next == records.count || records[next].partition != record.partition
                    || records[next].topic != record.topic
                if endsRun {
                    polling.delivered[PollState.Place(topic: record.topic, partition: record.partition)] =
                        record.offset + 1
                }
            }
        }
    }

    /// Fills the room with records and returns how many.
    private func take(max: Int, timeout: Duration) throws(KafkaError) -> Int {
        if let error = polling.deferredError {
            polling.deferredError = nil
            throw error
        }
        if polling.pending != nil {
            try answerRebalance()
            return 0
        }
        polling.makeRoom(for: max)
        polling.phase = .waiting
        let isWoken = timeout > .zero && owesWake.exchange(false, ordering: .acquiringAndReleasing)
        guard let first = rd_kafka_consumer_poll(handle.client, isWoken ? 0 : timeout.milliseconds) else {
            // What has ended it, or came just now: this poll returns.
            if timeout > .zero { owesWake.store(false, ordering: .releasing) }
            try answerRebalance()
            return 0
        }
        polling.room[0] = first
        polling.phase = .draining
        // With a timeout this call would wait for the whole of it unless the room fills.
        let before = rd_kafka_queue_length(queue)
        let more = max == 1 ? 0 : rd_kafka_consume_batch_queue(queue, 0, polling.room.baseAddress! + 1, max - 1)
        var count = 1 + Swift.max(0, more)
        if polling.waker.shouldWake(before: before, after: rd_kafka_queue_length(queue)) {
            polling.waker.wake(handle.client, handle.context.security.credentials)
        }
        count = dropErrors(count)
        if count == 0, let error = polling.deferredError {
            polling.deferredError = nil
            throw error
        }
        return count
    }

    private func answerRebalance() throws(KafkaError) {
        if let error = polling.answerRebalance(handle.client, handle.context) { throw error }
    }

    /// Takes out messages that are not records but errors, keeping the order of the rest.
    private func dropErrors(_ count: Int) -> Int {
        var kept = 0
        for index in 0..<count {
            let message = polling.room[index]!
            if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                polling.room[kept] = message
                kept += 1
            } else {
                note(errorIn: message)
                rd_kafka_message_destroy(message)
            }
        }
        return kept
    }

    private func noteEnd(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        guard let object = message.pointee.rkt,
            let topic = topics.knownID(named: String(cString: rd_kafka_topic_name(object)))
        else { return }
        polling.reachedEnds[PollState.Place(topic: topic, partition: message.pointee.partition)] =
            message.pointee.offset
    }

    private func note(errorIn message: UnsafeMutablePointer<rd_kafka_message_t>) {
        let code = message.pointee.err
        if code == RD_KAFKA_RESP_ERR__PARTITION_EOF { return noteEnd(message) }
        let place =
            message.pointee.rkt.map { " \(String(cString: rd_kafka_topic_name($0)))[\(message.pointee.partition)]" }
            ?? ""
        let context = "\(name)\(place)"
        if let fatal = KafkaError.raised(by: handle.client, in: context) {
            polling.deferredError = fatal
            return
        }
        let text =
            rd_kafka_message_errstr(message).map { String(cString: $0) } ?? String(cString: rd_kafka_err2str(code))
        let error = KafkaError(code: KafkaError.Code(code), message: text, context: context)
        if error.isRetriable { handle.context.report(error) } else { polling.deferredError = error }
    }
}
