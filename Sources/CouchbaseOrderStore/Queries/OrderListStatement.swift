import OrderEvents
import OrderStore

/// The SQL++ of a page of orders: text and named arguments, apart from any cluster.
///
/// It finds places, not documents: those are read by key. So numbers never pass through the Query service, which holds
/// them as floating point, and what a statement reads is in its index. A condition may let too much through, never too
/// little: the documents are held against the filter.
struct OrderListStatement: Sendable {
    /// A row of the answer.
    struct Row: Decodable, Sendable {
        let id: Int64
        let place: String
    }

    let text: String
    let arguments: [String: any Encodable & Sendable]

    private static let select = "SELECT o.order_id AS id, o.found_by.created AS place"
    private static let created = "o.found_by.created"

    /// - Parameter limit: rows; one more than the page has tells whether there is another.
    init(_ filter: OrderFilter, sort: OrderSort, after cursor: OrderCursor?, limit: Int) {
        var conditions = Conditions()
        let key = sort.isByTime ? Self.created : "o.order_id"
        if sort.isByTime {
            var above = filter.from.map(PlaceText.start(of:)) ?? PlaceText.first
            var below = filter.to.map(PlaceText.start(of:)) ?? PlaceText.last
            if let cursor, let moment = cursor.moment {
                let place = PlaceText.text(moment, cursor.orderID)
                if sort.isDescending { below = min(below, place) } else { above = max(above, place) }
            }
            conditions.add("\(key) >", "above", above)
            conditions.add("\(key) <", "below", below)
        } else {
            let id = cursor?.orderID.rawValue
            conditions.add("\(key) >", "above", sort.isDescending ? 0 : id ?? 0)
            conditions.add("\(key) <", "below", sort.isDescending ? id ?? OrderID.maximum + 1 : OrderID.maximum + 1)
            conditions.add("\(Self.created) >", "from", filter.from.map(PlaceText.start(of:)))
            conditions.add("\(Self.created) <", "to", filter.to.map(PlaceText.start(of:)))
        }
        conditions.add(filter)
        conditions.arguments["limit"] = limit
        let index = Self.index(filter, sort)
        text = """
            \(Self.select) FROM `\(StoreSchema.orders)` AS o USE INDEX (`\(index.rawValue)` USING GSI) \
            WHERE \(conditions.texts.joined(separator: " AND ")) \
            ORDER BY \(key)\(sort.isDescending ? " DESC" : "") LIMIT $limit
            """
        arguments = conditions.arguments
    }

    /// A customer has few orders: they are sorted where the index has them the other way round.
    private static func index(_ filter: OrderFilter, _ sort: OrderSort) -> StoreIndex {
        if filter.customerID != nil { return .customer }
        return switch sort {
        case .newestFirst: .newest
        case .oldestFirst: .oldest
        case .highestIDFirst: .highestID
        case .lowestIDFirst: .lowestID
        }
    }
}

/// Conditions that hold together, and the values of their parameters.
private struct Conditions {
    var texts: [String] = []
    var arguments: [String: any Encodable & Sendable] = [:]

    mutating func add<Value: Encodable & Sendable>(_ condition: String, _ name: String, _ value: Value?) {
        guard let value else { return }
        texts.append("\(condition) $\(name)")
        arguments[name] = value
    }

    /// What the filter says of anything but time.
    mutating func add(_ filter: OrderFilter) {
        add("o.status =", "status", filter.status.map { "\($0.wireName)" })
        add("o.country =", "country", filter.country?.code)
        add("o.currency =", "currency", filter.currency?.code)
        add("o.customer_id =", "customer", filter.customerID)
        add("o.fraud.flagged =", "flagged", filter.flagged)
        add("o.found_by.amount >=", "minimum", filter.minimumAmount.map { min($0, StoredOrder.largestAmount) })
        if let maximum = filter.maximumAmount, maximum < StoredOrder.largestAmount {
            add("o.found_by.amount <=", "maximum", maximum)
        }
        switch filter.payment {
        case .paid: add("o.payment.status =", "payment", "\(PaymentStatus.paid.wireName)")
        case .declined: add("o.payment.status =", "payment", "\(PaymentStatus.declined.wireName)")
        case .refunded: add("o.payment.status =", "payment", "\(PaymentStatus.refunded.wireName)")
        case .some(.none): texts.append("o.payment.status IS NOT VALUED")
        case .refundDue: texts.append("o.found_by.due.currency IS VALUED")
        case nil: break
        }
    }
}
