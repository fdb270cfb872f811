import OrderEvents

/// The SQL of a filtered page: text and values, apart from any database.
///
/// The page goes down the primary key from the cursor. A filter that few orders pass could make that a scan of the
/// whole table, so it is held to a stretch: rows above the identity that ``floor`` finds. Where the filter asks
/// for flagged orders, it goes down the index of those instead.
struct OrderQuery {
    /// Column conditions and their values, ANDed.
    private let conditions: [String]
    let values: [Int64]
    let isFlaggedOnly: Bool

    init(_ filter: OrderFilter) {
        var conditions: [String] = []
        var values: [Int64] = []
        func add(_ condition: String, _ value: Int64?) {
            guard let value else { return }
            values.append(value)
            // Parameters 1 to 3 are the cursor, the floor and the limit.
            conditions.append("\(condition) ?\(values.count + 3)")
        }
        add("status =", (filter.status?.rawValue).map(Int64.init))
        add("country =", (filter.country?.packed).map(Int64.init))
        add("currency =", (filter.currency?.packed).map(Int64.init))
        add("customer_id =", filter.customerID)
        add("created_at >=", filter.from?.millisecondsSinceEpoch)
        add("created_at <", filter.to?.millisecondsSinceEpoch)
        switch filter.payment {
        case .paid: add("payment =", Int64(PaymentStatus.paid.rawValue))
        case .declined: add("payment =", Int64(PaymentStatus.declined.rawValue))
        case .refunded: add("payment =", Int64(PaymentStatus.refunded.rawValue))
        case .some(.none): conditions.append("payment IS NULL")
        case nil: break
        }
        if filter.flagged == false { conditions.append("detected_at IS NULL") }
        isFlaggedOnly = filter.flagged == true
        self.conditions = conditions
        self.values = values
    }

    /// Whether the search must be held to a stretch: without conditions each row looked at is one shown.
    var needsFloor: Bool { !conditions.isEmpty }

    private var source: String {
        // The planner prefers the primary key for the order; this index has the same order and only flagged rows.
        isFlaggedOnly ? "orders INDEXED BY orders_flagged WHERE detected_at IS NOT NULL AND" : "orders WHERE"
    }

    /// Parameters: 1 the identity that all rows lie below, 2 the identity that they lie above, 3 how many, then ``values``.
    var page: String {
        let filter = conditions.map { " AND \($0)" }.joined()
        return "SELECT \(OrderRow.columns) FROM \(source) id < ?1 AND id > ?2\(filter) ORDER BY id DESC LIMIT ?3"
    }

    /// The first identity that the search does not look at. Parameters: 1 as above, 2 how many rows it looks at.
    var floor: String {
        "SELECT id FROM \(source) id < ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2"
    }

    static let one = "SELECT \(OrderRow.columns) FROM orders WHERE id = ?1"
    static let newest = "SELECT \(OrderRow.columns) FROM orders ORDER BY id DESC LIMIT ?1"
    static let ascending = "SELECT \(OrderRow.columns) FROM orders WHERE id > ?1 ORDER BY id LIMIT ?2"
    static let alerts = """
        SELECT \(OrderRow.columns) FROM orders
        WHERE detected_at IS NOT NULL AND (detected_at, id) < (?1, ?2)
        ORDER BY detected_at DESC, id DESC LIMIT ?3
        """
    static let flaggedCount = "SELECT count(*) FROM orders INDEXED BY orders_flagged WHERE detected_at IS NOT NULL"
}
