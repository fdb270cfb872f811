import OrderEvents

/// The SQL of a walk through `orders` from a place on, in an order that an index holds: nothing is sorted.
///
/// A place in a walk by time is a moment and an identity. SQLite does not seek to such a pair within an index (it
/// begins at the moment, and would skip all orders of that millisecond again for each page). So a walk has two parts:
/// the rest of the place's millisecond, then the other moments. Each begins where it should.
struct OrderWalk {
    /// The columns that come before id in the order of a walk.
    enum Key: String {
        case created = "created_at"
        case detected = "detected_at"
    }

    /// A place that a walk starts after; `moment` means nothing in a walk by identity.
    struct Place: Equatable {
        var moment: Int64
        var id: Int64

        static func < (left: Place, right: Place) -> Bool { (left.moment, left.id) < (right.moment, right.id) }
    }

    /// nil: by identity alone.
    let key: Key?
    let isDescending: Bool
    /// Only flagged orders, from an index that has no others.
    var isFlaggedOnly = false

    /// A place before all others.
    var start: Place {
        isDescending ? Place(moment: .max, id: .max) : Place(moment: .min, id: .min)
    }

    /// The moment that ends a walk which has no end.
    var noEnd: Int64 { isDescending ? .min : .max }

    /// Parameters: 1 and 2 the place, 3 the moment where it ends (not before it going down, before it going up), 4 the
    /// limit.
    func rows(_ columns: String = OrderRow.columns) -> String { "\(text(columns)) LIMIT ?4" }

    /// The place of one row. Parameters: as above, but 4 how many rows lie before it.
    var place: String { "\(text(key.map { "\($0.rawValue), id" } ?? "id, id")) LIMIT 1 OFFSET ?4" }

    private func text(_ columns: String) -> String {
        let (beyond, order) = isDescending ? ("<", " DESC") : (">", "")
        guard let key else { return "SELECT \(columns) FROM orders WHERE id \(beyond) ?2 ORDER BY id\(order)" }
        let moment = key.rawValue
        let end = "\(moment) \(isDescending ? ">=" : "<") ?3"
        let select = "SELECT \(columns) FROM \(source(key)) "
        return
            "\(select)\(moment) = ?1 AND id \(beyond) ?2 AND \(end) UNION ALL \(select)\(moment) \(beyond) ?1 AND \(end) "
            + "ORDER BY \(moment)\(order), id\(order)"
    }

    private func source(_ key: Key) -> String {
        switch key {
        // The planner does not know that few orders are flagged.
        case .created where isFlaggedOnly: "orders INDEXED BY orders_flagged WHERE detected_at IS NOT NULL AND"
        case .created: "orders INDEXED BY orders_by_time WHERE"
        case .detected: "orders WHERE detected_at IS NOT NULL AND"
        }
    }

    static let newest = OrderWalk(key: .created, isDescending: true)
    static let alerts = OrderWalk(key: .detected, isDescending: true)
}
