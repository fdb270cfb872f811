import OrderEvents

/// Orders that the log has acknowledged to somebody: each must be there.
struct AcceptedOrders: Sendable {
    /// By home partition.
    private var ids: [Int32: [OrderID]] = [:]
    /// Not at home; they may stand elsewhere and be on their way.
    var missing: [OrderID] = []
    private(set) var count = 0

    mutating func add(_ id: OrderID, home: Int32) {
        count += 1
        ids[home, default: []].append(id)
    }

    mutating func take(_ partition: Int32) -> [OrderID] { ids.removeValue(forKey: partition) ?? [] }
    mutating func takeAll() -> [OrderID] {
        defer { ids = [:] }
        return ids.values.flatMap(\.self)
    }
}

extension Audit {
    /// Notes which accepted orders of the partition at hand have no event in it.
    mutating func checkAccepted() {
        guard var accepted else { return }
        for id in accepted.take(partition) {
            let isThere = table.find(id).map { table.entries[$0].marks.contains(.known) } ?? false
            if !isThere { accepted.missing.append(id) }
        }
        self.accepted = accepted
    }

    /// After the last partition of a round.
    mutating func finishAccepted() {
        guard var accepted else { return }
        counts.accepted = (counts.accepted ?? 0) + accepted.count
        accepted.missing += accepted.takeAll()
        if !accepted.missing.isEmpty {
            let elsewhere = misplaced.ids
            for id in Set(accepted.missing).subtracting(elsewhere).sorted() {
                find(
                    .accepted, "order \(id)",
                    "was acknowledged, but is not on the orders topic"
                        + (cutTopics.contains(.orders) ? ", whose beginning retention has deleted" : ""))
            }
        }
        self.accepted = nil
    }
}
