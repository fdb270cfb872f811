import CRdKafka
import Logging
import Threads

/// Looks after topics, groups and offsets. Everything is asynchronous: calls run one after another on a thread of the
/// client's own, each bounded by its timeout. Where one caller must not wait for another's slow call, use two of these.
final class LibrdkafkaAdmin: AdminDriver {
    /// Shown by brokers and in logs.
    let clientID: String
    let handle: ClientHandle
    let readers: GroupReaders
    private let thread = DedicatedThread(name: "kafka-admin")

    /// - Throws: ``KafkaError/Code/invalidSetting``. The broker is not contacted yet.
    init(
        settings: KafkaSettings, clientID: String = "admin", options: [String: String] = [:], logger: Logger
    ) throws(KafkaError) {
        self.clientID = clientID
        let configuration = try ClientConfiguration(
            defaults: ClientDefault.all, settings: settings, options: options, fixed: [("client.id", clientID)])
        // A producer that never produces: a consumer would ask for a group.
        handle = try ClientHandle(
            RD_KAFKA_PRODUCER, configuration,
            context: try ClientContext(name: "admin \(clientID)", settings: settings, logger: logger))
        readers = GroupReaders(settings: settings, clientID: clientID, logger: logger)
        _ = EventLoop(handle, name: "kafka-events")
    }

    deinit {
        _ = closeWithoutWaiting()
    }

    /// How the connection fares.
    var status: ClientStatus { handle.context.state.withLock { $0.status } }

    /// Lets go of all connections; calls that are queued throw ``KafkaError/Code/closed``.
    /// - Returns: whether that was done within `timeout`; if not, the rest goes on in the background.
    @discardableResult
    func close(timeout: Duration = .seconds(5)) async -> Bool {
        guard closeWithoutWaiting() else { return true }
        return await DedicatedThread(name: "kafka-close").run { [handle] in handle.waitUntilDestroyed(timeout: timeout)
        }
    }

    private func closeWithoutWaiting() -> Bool {
        readers.close()
        guard handle.enterClosing() else { return false }
        handle.leave()
        return true
    }

    var name: String { handle.context.name }

    /// Runs a blocking call on this client's thread.
    func blocking<R: Sendable>(
        _ body: @escaping @Sendable (OpaquePointer) throws(KafkaError) -> R
    ) async throws(KafkaError) -> R {
        try await thread.run { [handle] () throws(KafkaError) -> R in
            try handle.enter()
            defer { handle.leave() }
            return try body(handle.client)
        }
    }

    /// Sends one admin request and waits for its result.
    func request<R: Sendable>(
        _ operation: String, timeout: Duration,
        submit: @escaping @Sendable (_ client: OpaquePointer, _ options: OpaquePointer, _ queue: OpaquePointer) -> Void,
        result: @escaping @Sendable (_ event: OpaquePointer, _ context: String) throws(KafkaError) -> R
    ) async throws(KafkaError) -> R {
        let context = "\(name): \(operation)"
        return try await blocking { client throws(KafkaError) -> R in
            let options = rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_ANY)!
            let queue = rd_kafka_queue_new(client)!
            defer {
                rd_kafka_AdminOptions_destroy(options)
                rd_kafka_queue_destroy(queue)
            }
            rd_kafka_AdminOptions_set_request_timeout(options, timeout.milliseconds, nil, 0)
            rd_kafka_AdminOptions_set_operation_timeout(options, timeout.milliseconds, nil, 0)
            submit(client, options, queue)
            // The request has its own timeout; the second is for its report of it.
            guard let event = rd_kafka_queue_poll(queue, (timeout + .seconds(1)).milliseconds) else {
                throw KafkaError(code: .timedOut, message: "no answer within \(timeout)", context: context)
            }
            defer { rd_kafka_event_destroy(event) }
            let code = rd_kafka_event_error(event)
            if code != RD_KAFKA_RESP_ERR_NO_ERROR {
                throw KafkaError(
                    code: KafkaError.Code(code), message: String(cString: rd_kafka_event_error_string(event)),
                    context: context)
            }
            return try result(event, context)
        }
    }
}
