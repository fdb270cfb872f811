import CRdKafka
import Logging

/// Asks a group's coordinator where the group is, without joining it: a consumer that reads nothing.
///
/// One for each group, since librdkafka's consumers know only their own.
final class GroupReader: Sendable {
    private let handle: ClientHandle
    private let group: String

    /// - Throws: ``KafkaError/Code/invalidSetting``. The broker is not contacted yet.
    init(group: String, settings: KafkaSettings, clientID: String, logger: Logger) throws(KafkaError) {
        self.group = group
        let configuration = try ClientConfiguration(
            defaults: ClientDefault.all, settings: settings, options: [:],
            fixed: [
                ("client.id", clientID), ("group.id", group), ("enable.auto.commit", "false"),
                // Of a transaction that is open what was committed before it counts; to wait for its end could last as
                // long as new ones come.
                ("isolation.level", "read_uncommitted"),
            ])
        // Whoever asks is given what fails. A line for each group besides would say one outage a dozen times.
        var logger = logger
        logger.logLevel = max(logger.logLevel, .error)
        handle = try ClientHandle(
            RD_KAFKA_CONSUMER, configuration,
            context: try ClientContext(
                name: "reader of \(group) \(clientID)", settings: settings, logger: logger))
        rd_kafka_poll_set_consumer(handle.client)
        _ = EventLoop(handle, name: "kafka-events")
    }

    deinit { close() }

    /// The offsets that the group has committed, for those of the partitions that have one. Blocks.
    func committed(_ partitions: [TopicPartition], timeout: Duration) throws(KafkaError) -> [TopicPartition: Int64] {
        try handle.enter()
        defer { handle.leave() }
        let list = TopicPartitionList(partitions)
        let context = "\(handle.context.name): committed offsets"
        if let error = KafkaError(rd_kafka_committed(handle.client, list.pointer, timeout.milliseconds), in: context)
            ?? list.firstError(in: context)
        {
            throw error
        }
        return list.offsets
    }

    /// Does not wait for the connections to go.
    func close() {
        if handle.enterClosing() { handle.leave() }
    }
}
