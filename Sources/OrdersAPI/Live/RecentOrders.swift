import OrderEvents

/// The newest orders by created_at, then order_id, as they are now.
///
/// One whose created_at lies ahead (a client's clock is wrong) counts as created when it was first seen. It comes in
/// with the others and goes with them. So it does not hold the top until its time has come.
struct RecentOrders: Sendable {
    /// How many are kept; some more than are shown, so that what is shown stays whole.
    static let capacity = 32
    /// Clocks differ by so much without being wrong.
    static let toleranceMilliseconds: Int64 = 60_000

    private struct Entry: Sendable {
        let rank: Timestamp
        var document: OrderDocument

        init(_ document: OrderDocument, now: Timestamp) {
            let createdAt = document.order.createdAt
            let isAhead = createdAt > now.advanced(byMilliseconds: RecentOrders.toleranceMilliseconds)
            rank = isAhead ? min(document.firstSeenAt ?? now, document.updatedAt, now) : createdAt
            self.document = document
        }

        static func < (left: Entry, right: Entry) -> Bool {
            (left.rank, left.document.order.id) < (right.rank, right.document.order.id)
        }
    }

    /// By rank, then order id, ascending.
    private var entries: [Entry] = []

    mutating func fold(_ document: OrderDocument, now: Timestamp) {
        if let known = entries.firstIndex(where: { $0.document.order.id == document.order.id }) {
            let shown = entries[known].document
            guard document.revision > shown.revision else { return }
            guard document.order.createdAt != shown.order.createdAt else {
                entries[known].document = document
                return
            }
            entries.remove(at: known)
        }
        let entry = Entry(document, now: now)
        if entries.count == Self.capacity, entry < entries[0] { return }
        let index = entries.lastIndex { $0 < entry }.map { $0 + 1 } ?? 0
        entries.insert(entry, at: index)
        if entries.count > Self.capacity { entries.removeFirst() }
    }

    /// The newest first.
    func newest(_ count: Int) -> [OrderDocument] {
        entries.suffix(count).reversed().map(\.document)
    }
}

extension OrderDocument {
    /// When the first of its events was seen; nil if none is known.
    fileprivate var firstSeenAt: Timestamp? {
        OrderStatus.allCases.compactMap { firstSeen($0) }.min()
    }
}
