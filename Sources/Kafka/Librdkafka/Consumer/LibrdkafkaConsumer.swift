import CRdKafka
import Logging
import Synchronization
import Threads

/// Reads topics: as a member of a group (``subscribe(_:onRebalance:choose:)``) or from given places (``assign(_:)``).
///
/// Its calls block, so they belong on a thread of their own (see ``DedicatedThread``). One thread at a time may
/// poll, subscribe, assign or close; everything else can be called from anywhere.
///
/// Reads only committed records, commits nothing by itself, and starts at the oldest record where the group has no
/// offset.
final class LibrdkafkaConsumer: ConsumerDriver {
    /// Shown by brokers and in logs.
    let clientID: String
    /// Nil: none, for reading given partitions only.
    let group: String?

    let handle: ClientHandle
    let topics: TopicTable
    let polling: PollState
    /// What `poll` reads: records, rebalances, errors.
    nonisolated(unsafe) let queue: OpaquePointer
    /// The next poll that may wait does not.
    let owesWake = Atomic<Bool>(false)

    /// - Parameters:
    ///   - settings: which cluster, and how.
    ///   - group: the consumer group to join and commit as; nil for a reader that does neither.
    ///   - clientID: shown by brokers and in logs.
    ///   - options: librdkafka properties of this consumer, stronger than this module's defaults
    ///     and weaker than the settings' overrides.
    ///   - assignors: how a group's leader may share out partitions, the preferred one first; eager ones only.
    ///   - logger: what the client library reports.
    /// - Throws: ``KafkaError/Code/invalidSetting``. The broker is not contacted yet.
    init(
        settings: KafkaSettings, group: String? = nil, clientID: String, options: [String: String] = [:],
        assignors: String = "range", logger: Logger
    ) throws(KafkaError) {
        self.clientID = clientID
        self.group = group
        let polling = PollState(waker: FetchWaker())
        // librdkafka's assignment calls want a group id, and it asks for the group's coordinator. The group is never
        // joined and nothing is committed.
        let groupID = group ?? "\(KafkaConsumer.ungroupedPrefix)\(clientID)-\(UInt64.random(in: 0...(.max)))"
        let configuration = try ClientConfiguration(
            defaults: ClientDefault.all + ClientDefault.consumer, settings: settings, options: options,
            fixed: [
                ("client.id", clientID), ("group.id", groupID), ("enable.auto.commit", "false"),
                ("enable.auto.offset.store", "false"), ("partition.assignment.strategy", assignors),
            ])
        configuration.withPointer { rd_kafka_conf_set_rebalance_cb($0, PollState.rebalanceCallback) }
        let context = try ClientContext(
            name: "consumer \(clientID)", settings: settings, logger: logger, polling: polling)
        let handle = try ClientHandle(RD_KAFKA_CONSUMER, configuration, context: context)
        let topics = TopicTable(client: handle.client)
        let queue = rd_kafka_queue_get_consumer(handle.client)!
        // Errors, statistics and the like come through the same poll.
        rd_kafka_poll_set_consumer(handle.client)
        self.handle = handle
        self.topics = topics
        self.queue = queue
        self.polling = polling
        nonisolated(unsafe) let owned = queue
        handle.beforeDestruction {
            topics.unpinAll()
            rd_kafka_queue_destroy(owned)
        }
    }

    deinit {
        closeInBackground()
    }

    /// How the connection fares. Any thread.
    var status: ClientStatus { handle.context.state.withLock { $0.status } }

    /// The number that this consumer's records carry for a topic. Any thread.
    func topicID(_ name: String) -> TopicID { topics.id(named: name) }

    /// The name of a topic that this consumer has numbered. Any thread.
    func topicName(_ id: TopicID) -> String { topics.name(of: id) }
}
