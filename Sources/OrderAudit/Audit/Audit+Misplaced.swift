import OrderEvents

extension Audit {
    /// Order events that stood in another partition than their order's: payments must have sent each home, its bytes
    /// unchanged.
    struct Misplaced: Sendable {
        private struct Event: Hashable {
            var id: OrderID
            var fingerprint: UInt64
        }

        /// By home: those whose copy was not seen yet. True: payments has committed the original.
        private var waiting: [Int32: [Event: Bool]] = [:]

        var isEmpty: Bool { waiting.isEmpty }
        /// The partitions that have to be looked at again: a copy may have stood there before the original was read
        /// elsewhere.
        var homes: [Int32] { waiting.keys.sorted() }

        mutating func add(_ id: OrderID, home: Int32, _ value: UnsafeRawBufferPointer, isDue: Bool) {
            let event = Event(id: id, fingerprint: Audit.fingerprint(nil, value))
            waiting[home, default: [:]][event, default: false] = isDue || waiting[home]?[event] == true
        }

        /// An event was seen at home.
        mutating func arrived(_ id: OrderID, home: Int32, _ value: UnsafeRawBufferPointer) {
            guard waiting[home] != nil else { return }
            waiting[home]?[Event(id: id, fingerprint: Audit.fingerprint(nil, value))] = nil
            if waiting[home]?.isEmpty == true { waiting[home] = nil }
        }

        /// Whether an event of the order was seen away from home.
        var ids: Set<OrderID> { Set(waiting.values.joined().map(\.key.id)) }
        var overdue: [(id: OrderID, home: Int32)] {
            waiting.flatMap { home, events in events.filter(\.value).map { ($0.key.id, home) } }.sorted { $0.0 < $1.0 }
        }
    }

    /// An event of a home partition that is read again.
    mutating func revisit(home: Int32, _ value: UnsafeRawBufferPointer) {
        // What cannot be read is no copy of something that can.
        guard let order = try? Order(json: value) else { return }
        misplaced.arrived(order.id, home: home, value)
    }

    mutating func checkMisplaced() {
        for (id, home) in misplaced.overdue {
            find(.topic, "order \(id)", "has an event outside its partition \(home) that payments did not send home")
        }
    }
}
