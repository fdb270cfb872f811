import Kafka
import Logging
import OrderEvents
import OrderTracing

/// Finds records by their time in the order's home partition, and reads a bounded stretch from there.
///
/// Each look takes a client of its own, and some tens of milliseconds. Few are made at a time: who comes when they are
/// is shown a trail without places.
public struct KafkaRecordFinder: RecordFinder {
    /// Records read for one step.
    private static let stretch: Int64 = 2_000
    private static let patience = Duration.milliseconds(1_500)
    private static let clientOptions = ["fetch.wait.max.ms": "10", "fetch.error.backoff.ms": "50"]

    private let settings: KafkaSettings
    private let layout: KnownLayout
    private let gate = Gate(2)
    private let logger: Logger

    /// - Parameter layout: says which partition is an order's home.
    public init(settings: KafkaSettings, layout: KnownLayout, logger: Logger) {
        self.settings = settings
        self.layout = layout
        self.logger = logger
    }

    /// Reads `orders`, `payments` and `fraud-alerts`.
    public func places(of id: OrderID, _ steps: [TrailStep]) async -> [RecordPlaceInLog?] {
        let nowhere: [RecordPlaceInLog?] = steps.map { _ in nil }
        guard let layout = layout.current, !steps.isEmpty, gate.enter() else { return nowhere }
        defer { gate.leave() }
        do {
            return try await DedicatedThread(name: "api-trail").run {
                try find(Array(String(id.rawValue).utf8), steps, layout)
            }
        } catch {
            logger.debug("the places of a trail were not found", metadata: ["order_id": "\(id)", "error": "\(error)"])
            return nowhere
        }
    }

    private func find(_ key: [UInt8], _ steps: [TrailStep], _ layout: HomeLayout) throws -> [RecordPlaceInLog?] {
        let home = key.withUnsafeBytes { layout.home(ofKey: $0) }
        let deadline = Deadline(in: Self.patience)
        return try steps.map { step in
            deadline.isOver ? nil : try find(key, step, TopicPartition(topic: step.topic, partition: home))
        }
    }

    private func find(_ key: [UInt8], _ step: TrailStep, _ place: TopicPartition) throws -> RecordPlaceInLog? {
        let reader = try RangeReader(
            settings: settings, clientID: "orders-api-trail", options: Self.clientOptions, patience: Self.patience,
            logger: logger)
        defer { reader.close() }
        let end = try reader.watermarks(of: place, timeout: Self.patience).high
        let from = try reader.offsets(
            forTimes: [place: step.at.millisecondsSinceEpoch], timeout: Self.patience)[place]
        guard let from, from >= 0, from < end else { return nil }
        var found: RecordPlaceInLog?
        try reader.records([place: from..<min(end, from + Self.stretch)]) { _, record in
            guard record.key.map({ $0.elementsEqual(key) }) ?? false, Self.isRecord(of: step, record) else {
                return true
            }
            let headers = record.headers
            let trace = SpanContext { name in headers.last { $0.name == name }?.text }
            found = RecordPlaceInLog(
                partition: place.partition, offset: record.offset, traceID: trace.map { "\($0.traceID)" })
            return false
        }
        return found
    }

    /// Whether the record is the event of the step, by what it says of the status.
    private static func isRecord(of step: TrailStep, _ record: Record) -> Bool {
        guard let value = record.value else { return false }
        return value.withUnsafeBytes { json in
            // What cannot be read is no event of the trail.
            switch step.topic {
            case Topics.orders.name:
                (try? Order(json: json)).map { "ORDER_\($0.status.wireName)" == step.event || step.isConflict } ?? false
            case Topics.payments.name:
                (try? Payment(json: json)).map { "PAYMENT_\($0.status.wireName)" == step.event } ?? false
            default: true
            }
        }
    }
}

extension TrailStep {
    var isConflict: Bool { event == OrderTrail.conflict }
}
