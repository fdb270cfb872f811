import OrderEvents

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
            Send the order's event again instead, or discard this letter
            """
    }

    /// What is wrong with the value, as the topic's services see it; nil: nothing, or a topic that the platform does not know.
    static func fault(topic: String, value: [UInt8]?) -> String? {
        switch topic {
        case Topics.orders.name:
            guard let value else { return "the record has no value; an order is a JSON object" }
            return value.withUnsafeBytes { json in
                // Every wrong field, so that one round of mending is enough.
                switch Order.validate(json: json) {
                case .success: nil
                case .failure(let errors): errors.description
                }
            }
        case Topics.payments.name: return fault(value) { (json) throws(EventError) in _ = try Payment(json: json) }
        case Topics.fraudAlerts.name: return fault(value) { (json) throws(EventError) in _ = try FraudAlert(json: json) }
        default: return nil
        }
    }

    private static func fault(_ value: [UInt8]?, _ decode: (UnsafeRawBufferPointer) throws(EventError) -> Void) -> String? {
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

    /// Where the record goes. One whose value names its order goes under the order's key to the order's home partition: for a record that
    /// was there already these are its own, and for one that failed because it was elsewhere they are what was wrong.
    /// Any other goes where it came from.
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
