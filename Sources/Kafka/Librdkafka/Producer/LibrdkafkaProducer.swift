import CRdKafka
import Logging
import Synchronization
import Threads

/// Writes records: awaited one by one (``send(to:partition:key:value:headers:timestamp:)``), or many at once without
/// waiting (``produce(to:partition:key:value:timestamp:headers:whenFull:)``), by itself or in transactions.
///
/// Idempotent, and acknowledged by all in-sync replicas. All calls may come from any thread, but a transaction belongs
/// to one thread at a time; calls that wait are marked "blocks" and belong on a thread of their own (see
/// ``DedicatedThread``).
final class LibrdkafkaProducer: ProducerDriver {
    /// Shown by brokers and in logs.
    let clientID: String
    /// Nil: not transactional.
    let transactionalID: String?

    let handle: ClientHandle
    let topics: ProducerTopics
    let reports: DeliveryReports
    /// Between `beginTransaction` and a successful commit or abort.
    let inTransaction = Atomic<Bool>(false)

    /// - Parameters:
    ///   - settings: which cluster, and how.
    ///   - transactionalID: makes it a transactional producer. At most one producer with an id is alive: a newer one
    ///     fences the older one off.
    ///   - clientID: shown by brokers and in logs; by default the transactional id.
    ///   - options: librdkafka properties of this producer, stronger than this module's defaults
    ///     and weaker than the settings' overrides.
    ///   - logger: what the client library reports.
    /// - Throws: ``KafkaError/Code/invalidSetting``. The broker is not contacted yet.
    init(
        settings: KafkaSettings, transactionalID: String? = nil, clientID: String? = nil,
        options: [String: String] = [:],
        logger: Logger
    ) throws(KafkaError) {
        let clientID = clientID ?? transactionalID ?? "producer"
        self.clientID = clientID
        self.transactionalID = transactionalID
        let isTransactional = transactionalID != nil
        let configuration = try ClientConfiguration(
            defaults: ClientDefault.all + ClientDefault.producer
                + (isTransactional ? ClientDefault.transactionalProducer : ClientDefault.plainProducer),
            settings: settings, options: options,
            fixed: [("client.id", clientID)] + (transactionalID.map { [("transactional.id", $0)] } ?? []))
        configuration.withPointer { rd_kafka_conf_set_events($0, RD_KAFKA_EVENT_DR) }
        let context = try ClientContext(name: "producer \(clientID)", settings: settings, logger: logger)
        handle = try ClientHandle(RD_KAFKA_PRODUCER, configuration, context: context)
        topics = ProducerTopics(client: handle.client)
        reports = DeliveryReports(context: context)
        _ = EventLoop(handle, name: "kafka-delivery") { [reports] in reports.take($0) }
        handle.beforeDestruction { [topics] in topics.destroyAll() }
    }

    deinit {
        closeInBackground()
    }

    /// How the connection fares. Any thread.
    var status: ClientStatus { handle.context.state.withLock { $0.status } }

    /// A handle for a topic, to produce to it. Does not ask the broker whether it exists.
    func topic(_ name: String) throws(KafkaError) -> TopicHandle {
        try handle.enter()
        defer { handle.leave() }
        return try topics.handle(named: name)
    }

    /// Records handed over and not yet acknowledged or failed.
    var outstandingRecords: Int {
        guard (try? handle.enter()) != nil else { return 0 }  // closed: none
        defer { handle.leave() }
        return Int(rd_kafka_outq_len(handle.client))
    }

    var name: String { handle.context.name }
}
