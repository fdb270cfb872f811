import OrderEvents
import StreamProcessing

/// What a topic's services will say to a value, and where it belongs. Pure.
enum ReplayValue {
    /// Where the record goes: the partition and the key.
    struct Route: Hashable {
        var partition: Int32
        var key: [UInt8]?
    }

    /// Why a record must not go back on a topic at all; nil: it may.
    static func obstacle(topic: String) -> String? {
        guard topic == Topics.orderAnalytics.name else { return nil }
        return """
            \(topic) is what the analytics service restores its state from: an old record put back would undo newer ones. \
            Send the order's event again instead, or discard this dead letter
            """
    }

    /// What is wrong with the value, as the topic's services see it; nil: nothing, or a topic that the platform does
    /// not know.
    static func fault(topic: String, value: [UInt8]?) -> String? {
        switch topic {
        case Topics.orders.name:
            guard let value else { return "the record has no value; an order is a JSON object" }
            return value.withUnsafeBytes { json in
                // Every wrong field, so that one round of corrections is enough.
                switch Order.validate(json: json) {
                case .success: nil
                case .failure(let errors): errors.description
                }
            }
        case Topics.payments.name: return fault(value) { (json) throws(EventError) in _ = try Payment(json: json) }
        case Topics.fraudAlerts.name:
            return fault(value) { (json) throws(EventError) in _ = try FraudAlert(json: json) }
        default: return nil
        }
    }

    /// Why the value would contradict its order's first event, as far as the dead letter shows; nil: nothing is known
    /// against it.
    ///
    /// Either the dead letter itself says that its record did. Or its record was an event of the order, which fixed it,
    /// and the corrected value says something else.
    static func conflict(_ letter: DeadLetter, value: [UInt8]?) -> String? {
        guard letter.origin.topic == Topics.orders.name, let value, let original = letter.value,
            let event = order(original), let mended = order(value),
            event.id == mended.id
        else { return nil }
        let differences = event.terms.differences(to: mended.terms)
        if letter.code == DeadLetterReason.conflictCode {
            guard differences.isEmpty else { return nil }
            return """
                it would be set aside again: \(letter.reason). Only the status of an order can change: send a new order under a new order_id, and \
                discard this dead letter
                """
        }
        guard !differences.isEmpty else { return nil }
        return """
            it would be set aside as \(DeadLetterReason.conflictCode): the record is an event of order \(event.id), whose contents it fixed, and \
            \(differences.map(\.description).joined(separator: "; ")). Send it as it was, or send a new order under a new order_id; --force sends it all the same
            """
    }

    private static func order(_ json: [UInt8]) -> Order? {
        // What cannot be read fixes nothing, and says so elsewhere.
        json.withUnsafeBytes { try? Order(json: $0) }
    }

    private static func fault(_ value: [UInt8]?, _ decode: (UnsafeRawBufferPointer) throws(EventError) -> Void)
        -> String?
    {
        guard let value else { return "the record has no value" }
        return value.withUnsafeBytes { json -> String? in
            do throws(EventError) {
                try decode(json)
                return nil
            } catch {
                return error.description
            }
        }
    }

    /// Where the record goes. One whose value names its order goes under the order's key to the order's home partition.
    /// For a record that was there already these are its own. For one that failed because it was elsewhere they are
    /// what was wrong. Any other goes where it came from.
    static func route(_ letter: DeadLetter, value: [UInt8]?, partitions: Int32) -> Route {
        guard let value, let id = orderID(topic: letter.origin.topic, value: value) else {
            return Route(partition: letter.origin.partition, key: letter.key)
        }
        let key = OrderKey(id)
        return Route(partition: key.partition(of: partitions), key: key.withUnsafeBytes { Array($0) })
    }

    private static func orderID(topic: String, value: [UInt8]) -> OrderID? {
        value.withUnsafeBytes { json -> OrderID? in
            do throws(EventError) {
                switch topic {
                case Topics.orders.name: return try Order(json: json).id
                case Topics.payments.name: return try Payment(json: json).orderID
                case Topics.fraudAlerts.name: return try FraudAlert(json: json).orderID
                default: return nil
                }
            } catch {
                return nil
            }
        }
    }
}
