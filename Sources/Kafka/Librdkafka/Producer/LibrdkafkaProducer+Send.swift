import CRdKafka

extension LibrdkafkaProducer {
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
    func send(
        to topic: TopicHandle, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = [],
        timestamp: Int64? = nil
    ) async throws(KafkaError) -> RecordMetadata {
        guard transactionalID == nil else {
            throw KafkaProducer.transactional(name)
        }
        let outcome: DeliveryReports.Outcome = await withUnsafeContinuation { continuation in
            let id = reports.register(continuation)
            do throws(KafkaError) {
                try Self.withBytes(key) { key throws(KafkaError) in
                    try Self.withBytes(value) { value throws(KafkaError) in
                        try enqueue(
                            topic, partition ?? KafkaProducer.byKey, key: key, value: value, timestamp: timestamp,
                            headers: headers,
                            flags: RD_KAFKA_MSG_F_COPY, waiter: id)
                    }
                }
            } catch {
                reports.resolve(id, .failure(error))
            }
        }
        do throws(KafkaError) {
            return try outcome.get()
        } catch {
            throw fatalCause(of: error)
        }
    }

    /// A record's own error does not say that the producer is of no further use.
    private func fatalCause(of error: KafkaError) -> KafkaError {
        // One that is closed says so itself.
        guard !error.isFatal, error.code != .closed, (try? handle.enter()) != nil else { return error }
        defer { handle.leave() }
        guard let fatal = KafkaError.raised(by: handle.client, in: error.context ?? name) else { return error }
        return fatal
    }

    private static func withBytes(
        _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(KafkaError) -> Void
    ) throws(KafkaError) {
        guard let bytes else { return try body(nil) }
        let result = bytes.withUnsafeBytes { buffer -> Result<Void, KafkaError> in
            do throws(KafkaError) { return .success(try body(buffer)) } catch { return .failure(error) }
        }
        try result.get()
    }
}
