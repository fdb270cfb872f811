import Kafka
import Logging

/// Reads at the place where a group stands: whether there is something to be read, and whether this library can read
/// it.
struct KafkaStallProbe: Sendable {
    let settings: KafkaSettings
    let logger: Logger
    /// How long nothing may come.
    var patience: Duration = .seconds(4)

    /// - Parameter end: where committed records end.
    func read(_ place: TopicPartition, from offset: Int64, to end: Int64) async -> PlaceReading {
        do throws(KafkaError) {
            return try await DedicatedThread(name: "api-probe").run { () throws(KafkaError) in
                try readBlocking(place, offset, end)
            }
        } catch {
            // An answer by itself: a batch whose checksum or compression is wrong, which stops the group as well.
            let isUnreadable = !error.isRetriable && error.code != .autoOffsetReset && error.code != .offsetOutOfRange
            logger.warning(
                "a place where a group stands could not be read",
                metadata: ["place": "\(place)", "offset": "\(offset)", "error": "\(error)"])
            return isUnreadable ? .unreadable : .unknown
        }
    }

    private func readBlocking(_ place: TopicPartition, _ offset: Int64, _ end: Int64) throws(KafkaError) -> PlaceReading
    {
        let consumer = try KafkaConsumer(
            settings: settings, clientID: "orders-api-probe",
            options: ["enable.partition.eof": "true", "auto.offset.reset": "error", "check.crcs": "true"],
            logger: logger)
        defer { consumer.close(timeout: .seconds(1)) }
        try consumer.assign([(place, .offset(offset))])
        let deadline = Deadline(in: patience)
        while !deadline.isOver {
            let batch = try consumer.poll(max: 1, timeout: .milliseconds(200))
            if batch.contains(where: { $0.offset < end }) { return .record }
            // Past everything without a record: the end of the partition was reported, or a later record came.
            if try consumer.position([place])[place] ?? offset >= end { return .nothing }
        }
        return consumer.status.isConnected ? .unreadable : .unknown
    }
}
