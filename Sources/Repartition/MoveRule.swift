import OrderEvents

/// What a move does with a record that was written before it. Pure.
struct MoveRule: Sendable {
    /// As it stands before the move.
    let layout: HomeLayout
    let homes: Int32

    /// The partition into which the record is copied; nil: it stays the one that counts, or never did.
    func target(of id: OrderID, _ topic: FlowTopic, _ partition: Int32, _ offset: Int64) -> Int32? {
        OrderKey(id).withUnsafeBytes { key -> Int32? in
            guard layout.place(ofKey: key, topic.name, partition, offset) == .home else { return nil }
            let home = KeyPartitioner.partition(ofKey: key, count: homes)
            return home == partition ? nil : home
        }
    }

    /// The share of orders whose home changes, 0 to 1.
    static func share(from old: Int32, to new: Int32) -> Double {
        var (a, b) = (Int(old), Int(new))
        while b > 0 { (a, b) = (b, a % b) }
        let period = Int(old) / a * Int(new)
        let staying = (0..<period).count { $0 % Int(old) == $0 % Int(new) }
        return 1 - Double(staying) / Double(period)
    }

    /// The order that a record is about, as its topic's readers find it; nil: it cannot be read, or is about none.
    static func orderID(_ topic: FlowTopic, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?) -> OrderID? {
        guard let value else { return nil }
        // What cannot be read was set aside, and is nobody's state.
        return switch topic {
        case .orders: (try? Order(json: value))?.id
        case .payments: (try? Payment(json: value))?.orderID
        case .fraudAlerts: (try? FraudAlert(json: value))?.orderID
        case .orderAnalytics: key.flatMap { OrderID(key: $0) }
        }
    }
}
