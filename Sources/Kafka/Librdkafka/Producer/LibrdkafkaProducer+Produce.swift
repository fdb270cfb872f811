import CRdKafka

extension LibrdkafkaProducer {
    /// Hands over a record to be sent, without waiting for it. Key, value and headers are copied.
    ///
    /// What becomes of the record shows in ``flush(timeout:)``, or in the commit of the transaction.
    /// - Parameters:
    ///   - topic: from ``topic(_:)`` of this producer.
    ///   - partition: or ``byKey``.
    ///   - key: nil means none.
    ///   - value: nil means none: a deletion, in a compacted topic.
    ///   - timestamp: milliseconds since 1970; by default now.
    ///   - headers: in this order.
    ///   - whenFull: whether to wait for room.
    /// - Throws: ``KafkaError``: `queueFull` (retriable); the transaction failed (must abort); fenced (fatal);
    ///   too large, no such partition (neither).
    func produce(
        to topic: TopicHandle, partition: Int32 = KafkaProducer.byKey, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, timestamp: Int64? = nil, headers: [RecordHeader] = [],
        whenFull: KafkaProducer.FullQueue = .fail
    ) throws(KafkaError) {
        try enqueue(
            topic, partition, key: key, value: value, timestamp: timestamp, headers: headers,
            flags: whenFull == .wait ? RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK : RD_KAFKA_MSG_F_COPY, waiter: 0)
    }

    @inline(__always)
    func enqueue(
        _ topic: TopicHandle, _ partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        timestamp: Int64?, headers: [RecordHeader], flags: Int32, waiter: UInt
    ) throws(KafkaError) {
        try handle.enter()
        defer { handle.leave() }
        if timestamp == nil, headers.isEmpty {
            // An empty value is not a missing one, so it needs an address.
            let result = rd_kafka_produce(
                topics.topic(topic), partition, flags, value.map { Self.address($0) }, value?.count ?? 0,
                key.map { Self.address($0) }, key?.count ?? 0, UnsafeMutableRawPointer(bitPattern: waiter))
            if result == 0 { return }
            throw refusal(rd_kafka_last_error(), topic, partition)
        }
        try enqueueWithMore(
            topic, partition, key: key, value: value, timestamp: timestamp, headers: headers, flags: flags,
            waiter: waiter)
    }

    @inline(__always)
    private static func address(_ buffer: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(mutating: buffer.baseAddress ?? Self.nothing)
    }

    /// Somewhere for empty buffers to point to; never read.
    private static var nothing: UnsafeRawPointer { UnsafeRawPointer(bitPattern: 16)! }

    private func enqueueWithMore(
        _ topic: TopicHandle, _ partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        timestamp: Int64?, headers: [RecordHeader], flags: Int32, waiter: UInt
    ) throws(KafkaError) {
        let list = headers.isEmpty ? nil : Self.list(headers)
        let error = withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 8) { parts in
            var count = 0
            func add(_ type: rd_kafka_vtype_t, _ fill: (inout rd_kafka_vu_t) -> Void) {
                var part = rd_kafka_vu_t()
                part.vtype = type
                fill(&part)
                parts.initializeElement(at: count, to: part)
                count += 1
            }
            add(RD_KAFKA_VTYPE_RKT) { $0.u.rkt = topics.topic(topic) }
            add(RD_KAFKA_VTYPE_PARTITION) { $0.u.i32 = partition }
            add(RD_KAFKA_VTYPE_MSGFLAGS) { $0.u.i = flags }
            add(RD_KAFKA_VTYPE_OPAQUE) { $0.u.ptr = UnsafeMutableRawPointer(bitPattern: waiter) }
            if let key {
                add(RD_KAFKA_VTYPE_KEY) {
                    $0.u.mem.ptr = Self.address(key)
                    $0.u.mem.size = key.count
                }
            }
            if let value {
                add(RD_KAFKA_VTYPE_VALUE) {
                    $0.u.mem.ptr = Self.address(value)
                    $0.u.mem.size = value.count
                }
            }
            if let timestamp { add(RD_KAFKA_VTYPE_TIMESTAMP) { $0.u.i64 = timestamp } }
            if let list { add(RD_KAFKA_VTYPE_HEADERS) { $0.u.headers = list } }
            return rd_kafka_produceva(handle.client, parts.baseAddress, count)
        }
        guard let error else { return }
        // Taken over only on success.
        if let list { rd_kafka_headers_destroy(list) }
        let code = rd_kafka_error_code(error)
        rd_kafka_error_destroy(error)
        throw refusal(code, topic, partition)
    }

    private static func list(_ headers: [RecordHeader]) -> OpaquePointer {
        let list = rd_kafka_headers_new(headers.count)!
        for header in headers {
            if let value = header.value {
                // An empty value needs an address, or it would be none.
                value.withUnsafeBytes {
                    _ = rd_kafka_header_add(list, header.name, -1, $0.baseAddress ?? nothing, value.count)
                }
            } else {
                rd_kafka_header_add(list, header.name, -1, nil, 0)
            }
        }
        return list
    }

    /// Why a record was not taken.
    private func refusal(_ code: rd_kafka_resp_err_t, _ topic: TopicHandle, _ partition: Int32) -> KafkaError {
        let place = "\(name): producing to \(topics.name(topic))" + (partition >= 0 ? "[\(partition)]" : "")
        if let fatal = KafkaError.raised(by: handle.client, in: place) { return fatal }
        if code == RD_KAFKA_RESP_ERR__STATE, transactionalID != nil {
            guard inTransaction.load(ordering: .acquiring) else {
                return KafkaError(code: .state, message: "no transaction has begun", context: place)
            }
            return KafkaError(
                code: .state, message: "the transaction has failed already", context: place, mustAbortTransaction: true)
        }
        return KafkaError(code, in: place)
            ?? KafkaError(code: .state, message: "refused without a reason", context: place)
    }

    /// Sends all that waits and waits until it is acknowledged or failed. Blocks.
    /// - Throws: ``KafkaError/Code/deliveryFailed`` if records of `produce` failed since the last call, with how many
    ///   and the first one's reason (``KafkaError/Code/messageTooLarge`` if it was that); ``KafkaError/Code/timedOut``
    ///   if records are still on their way after `timeout`.
    func flush(timeout: Duration = .seconds(30)) throws(KafkaError) {
        try handle.enter()
        defer { handle.leave() }
        let result = rd_kafka_flush(handle.client, timeout.milliseconds)
        if let failures = reports.takeFailures() { throw failures }
        if let error = KafkaError(result, in: "\(name): flushing, \(rd_kafka_outq_len(handle.client)) record(s) left") {
            throw error
        }
    }
}
