import OrderEvents

/// The SQL of a filtered page: text and values, apart from any database.
///
/// A page walks from the cursor in the order asked for (``OrderWalk``). A filter that few orders pass could make that a
/// walk through the whole table, so it is held to a stretch: a number of rows that it looks at. The filter's `from` and
/// `to` are the ends of a walk by time, and its `flagged` chooses an index of the flagged orders.
struct OrderQuery {
    let walk: OrderWalk
    /// Where the walk starts, after the cursor or at an end of the time asked for.
    let start: OrderWalk.Place
    /// The moment where the walk ends.
    let end: Int64
    /// Column conditions and their values, ANDed.
    private let conditions: [String]
    let values: [Int64]

    init(_ filter: OrderFilter, sort: OrderSort = .newestFirst, after cursor: OrderCursor? = nil) {
        let isFlaggedWalk = sort.isByTime && filter.flagged == true
        let walk = OrderWalk(
            key: sort.isByTime ? .created : nil, isDescending: sort.isDescending, isFlaggedOnly: isFlaggedWalk)
        var conditions: [String] = []
        var values: [Int64] = []
        func add(_ condition: String, _ value: Int64?) {
            guard let value else { return }
            values.append(value)
            // Parameters 1 to 5 are the walk's and the limit.
            conditions.append("\(condition) ?\(values.count + 5)")
        }
        add("status =", (filter.status?.rawValue).map(Int64.init))
        add("country =", (filter.country?.packed).map(Int64.init))
        add("currency =", (filter.currency?.packed).map(Int64.init))
        add("customer_id =", filter.customerID)
        add("\(AmountScale.sql) >=", filter.minimumAmount)
        add("\(AmountScale.sql) <=", filter.maximumAmount)
        switch filter.payment {
        case .paid: add("payment =", Int64(PaymentStatus.paid.rawValue))
        case .declined: add("payment =", Int64(PaymentStatus.declined.rawValue))
        case .refunded: add("payment =", Int64(PaymentStatus.refunded.rawValue))
        case .some(.none): conditions.append("payment IS NULL")
        case .refundDue: conditions.append(RefundQuery.condition)
        case nil: break
        }
        if let flagged = filter.flagged, !isFlaggedWalk {
            conditions.append("detected_at IS \(flagged ? "NOT " : "")NULL")
        }

        var start =
            cursor.map { OrderWalk.Place(moment: $0.moment?.millisecondsSinceEpoch ?? 0, id: $0.orderID.rawValue) }
            ?? walk.start
        var end = walk.noEnd
        let (from, to) = (filter.from?.millisecondsSinceEpoch, filter.to?.millisecondsSinceEpoch)
        switch sort {
        case .newestFirst:
            if let to, OrderWalk.Place(moment: to, id: .min) < start { start = OrderWalk.Place(moment: to, id: .min) }
            end = from ?? end
        case .oldestFirst:
            if let from, start < OrderWalk.Place(moment: from, id: .min) {
                start = OrderWalk.Place(moment: from, id: .min)
            }
            end = to ?? end
        case .highestIDFirst, .lowestIDFirst:
            add("created_at >=", from)
            add("created_at <", to)
        }
        self.walk = walk
        self.start = start
        self.end = end
        self.conditions = conditions
        self.values = values
    }

    /// Whether the search must be held to a stretch: without conditions each row looked at is one shown.
    var isSearch: Bool { !conditions.isEmpty }

    /// Parameters: 1 to 4 the walk's, 5 how many of its rows, then ``values``. The rows come in the walk's order: what
    /// is inside has a limit, so it is run as it stands, and a sort outside would read all of it first.
    var page: String {
        guard isSearch else { return walk.rows() }
        return "SELECT * FROM (\(walk.rows())) WHERE \(conditions.joined(separator: " AND ")) LIMIT ?5"
    }

    static let one = "SELECT \(OrderRow.columns) FROM orders WHERE id = ?1"
    static let ascending = "SELECT \(OrderRow.columns) FROM orders WHERE id > ?1 ORDER BY id LIMIT ?2"
    static let flaggedCount = "SELECT count(*) FROM orders INDEXED BY orders_by_detection WHERE detected_at IS NOT NULL"
}
