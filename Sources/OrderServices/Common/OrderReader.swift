import Kafka
import OrderEvents
import StreamProcessing

/// Reads the orders topic for a service: decodes, sets unreadable records aside, and finds records in the wrong partition.
///
/// Clients partition by different hashes (the Java and Python ones by murmur2, librdkafka by CRC32 unless
/// told otherwise), and a record without a key lands anywhere. Two events of one order in two partitions would be
/// charged twice. So a record counts only in its home partition, which its order id decides; one service
/// (payments) sends those found elsewhere home, in its transaction, and the others pass over them.
struct OrderReader {
    private let topicName = Topics.orders.name

    /// The order in a record, or nil where it was set aside.
    func read(_ record: Record, in context: TaskContext) throws -> Order? {
        guard let value = record.value else {
            context.deadLetter(
                record, topic: topicName, reason: DeadLetterReason(code: "missing_value", detail: "the record has no value; an order is a JSON object"))
            return nil
        }
        do {
            return try Order(json: value)
        } catch {
            context.deadLetter(record, topic: topicName, reason: DeadLetterReason(error))
            return nil
        }
    }

    /// Whether the order's events belong into the record's partition.
    func isAtHome(_ order: Order, _ record: Record, in context: TaskContext) -> Bool {
        OrderKey(order.id).withUnsafeBytes { context.place(ofKey: $0, record, of: topicName) } == .home
    }

    /// Sends a record to its order's home partition, bytes, headers and time unchanged, under the right key.
    func sendHome(_ order: Order, _ record: Record, in context: TaskContext) throws {
        let key = OrderKey(order.id)
        try key.withUnsafeBytes {
            try context.emit(
                try context.topic(topicName), partition: context.layout.home(ofKey: $0), key: $0, value: record.value,
                timestamp: record.timestamp, headers: record.headers)
        }
    }
}

extension DeadLetterReason {
    init(_ error: EventError) {
        self.init(code: error.code.wireName, detail: error.description)
    }
}

extension EventError.Code {
    /// The stable, machine-readable name in a dead letter's headers.
    var wireName: String {
        switch self {
        case .missingField: "missing_field"
        case .wrongType: "wrong_type"
        case .outOfRange: "out_of_range"
        case .unknownCurrency: "unknown_currency"
        case .unknownCountry: "unknown_country"
        case .unknownStatus: "unknown_status"
        case .unknownReason: "unknown_reason"
        case .unknownType: "unknown_type"
        case .tooManyDecimals: "too_many_decimals"
        case .invalidTimestamp: "invalid_timestamp"
        case .malformedJSON: "malformed_json"
        case .duplicateField: "duplicate_field"
        case .unknownField: "unknown_field"
        case .tooLarge: "too_large"
        case .overflow: "overflow"
        }
    }
}
