import Kafka
import OrderEvents
import StreamProcessing

/// Reads the orders topic for a service: decodes, sets unreadable records aside, and finds records in the wrong
/// partition.
///
/// Clients partition by different hashes (the Java and Python ones by murmur2, librdkafka by CRC32 by
/// default), and a record without a key lands anywhere. Two events of one order in two partitions would be
/// charged twice. So a record counts only in its home partition, which its order id decides; one service
/// (payments) sends those found elsewhere home, in its transaction, and the others skip them.
struct OrderReader {
    /// The order in a record, or nil where it was set aside.
    func read(_ record: Record, in context: any TaskContext) -> Order? {
        do {
            if let order = try Topics.orders.value(of: record) { return order }
            context.deadLetter(
                record,
                DeadLetterReason(code: "missing_value", detail: "the record has no value; an order is a JSON object"))
        } catch {
            context.deadLetter(record, DeadLetterReason(error))
        }
        return nil
    }

    /// Where the record lies, seen from its order's home.
    func place(_ order: Order, _ record: Record, in context: any TaskContext) -> RecordPlace {
        context.place(of: order.id, record, on: Topics.orders)
    }

    /// Whether the record counts.
    func isAtHome(_ order: Order, _ record: Record, in context: any TaskContext) -> Bool {
        place(order, record, in: context) == .home
    }

    /// Sends a record to its order's home partition, bytes, headers and time unchanged, under the right key.
    func sendHome(_ order: Order, _ record: Record, in context: any TaskContext) throws {
        try context.forward(record, of: Topics.orders, toHomeOf: order.id)
    }
}

extension OrderTerms {
    /// Where an event differs from what the order's first one fixed. A `created_at` that the client had not given
    /// contradicts nothing.
    func differences(to event: Order, in record: Record) -> [Difference] {
        differences(to: event) { record.headers.contains { $0.name == OrderHeader.assignedTime } }
    }
}
