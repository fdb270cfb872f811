import Kafka
import Logging
import OrderEvents
import Webhooks

/// Reads the end of `webhook-deliveries` when it is asked: nobody follows it meanwhile.
public struct KafkaDeliveryLog: DeliveryLog {
    /// Offsets that are read of each partition.
    private static let stretch: Int64 = 2_000
    private static let patience = Duration.milliseconds(2_000)
    private static let clientOptions = ["fetch.wait.max.ms": "10", "fetch.error.backoff.ms": "50"]

    private let settings: KafkaSettings
    private let layout: KnownLayout
    private let gate = Gate(2)
    private let logger: Logger

    /// - Parameter layout: says how many homes there are.
    public init(settings: KafkaSettings, layout: KnownLayout, logger: Logger) {
        self.settings = settings
        self.layout = layout
        self.logger = logger
    }

    /// Some tens of milliseconds, a few seconds at most.
    public func newest() async throws -> DeliveryLogExcerpt {
        guard let homes = layout.current?.homes else { throw Self.unavailable }
        guard gate.enter() else { throw Self.unavailable }
        defer { gate.leave() }
        do {
            return try await DedicatedThread(name: "api-deliveries").run { try read(homes) }
        } catch {
            logger.warning("the log of webhook deliveries was not read", metadata: ["error": "\(error)"])
            throw Self.unavailable
        }
    }

    private static let unavailable = Problem.unavailable(
        "webhook-deliveries-unavailable", "The log of deliveries cannot be read now; try again in a few seconds",
        retryAfterSeconds: 2)

    private func read(_ homes: Int32) throws -> DeliveryLogExcerpt {
        let reader = try RangeReader(
            settings: settings, clientID: "orders-api-deliveries", options: Self.clientOptions,
            patience: Self.patience, logger: logger)
        defer { reader.close() }
        var ranges: [TopicPartition: Range<Int64>] = [:]
        var isComplete = true
        for partition in 0..<homes {
            let place = TopicPartition(topic: Topics.webhookDeliveries.name, partition: partition)
            let marks = try reader.watermarks(of: place, timeout: Self.patience)
            if marks.high - marks.low > Self.stretch { isComplete = false }
            let start = max(marks.low, marks.high - Self.stretch)
            if start < marks.high { ranges[place] = start..<marks.high }
        }
        var ledgers: [Int64: WebhookLedger] = [:]
        try reader.records(ranges) { _, record in
            // The marks of endpoints stand in the same log.
            if record.key?.withUnsafeBytes(EndpointMark.endpoint(ofKey:)) != nil { return true }
            do {
                if let ledger = try record.value.map({ try Topics.webhookDeliveries.decode($0) }) {
                    ledgers[ledger.orderID] = ledger
                }
            } catch {
                logger.debug("a record of deliveries cannot be read", metadata: ["offset": "\(record.offset)"])
            }
            return true
        }
        return DeliveryLogExcerpt(ledgers: Array(ledgers.values), isComplete: isComplete)
    }
}
