import Couchbase
import OrderEvents
import OrderStore

extension CouchbaseOrderStore {
    /// Reads one document by its key.
    public func order(_ id: OrderID) async throws -> OrderDocument? {
        try await gate.pass(store: name) { try await documents([id])[0] }
    }

    /// Reads several documents by their keys, side by side.
    public func orders(_ ids: [OrderID]) async throws -> [OrderDocument] {
        try await gate.pass(store: name) {
            if ids.isEmpty { return [] }
            try checkLimit(ids.count)
            return try await documents(ids).compactMap { $0 }
        }
    }

    /// The first page of all orders that are not newer.
    public func newestOrders(limit: Int, until moment: Timestamp) async throws -> [OrderDocument] {
        let after = Timestamp(millisecondsSinceEpoch: moment.millisecondsSinceEpoch + 1)
        return try await orders(
            matching: OrderFilter(to: after), sort: .newestFirst, after: nil, limit: limit
        ).items
    }

    /// Finds the page's places in an index, and reads its documents by key.
    public func orders(
        matching filter: OrderFilter, sort: OrderSort, after cursor: OrderCursor?, limit: Int
    ) async throws -> Page<OrderDocument> {
        try await gate.pass(store: name) {
            try checkLimit(limit)
            if let cursor { try check(cursor, hasMoment: sort.isByTime, "a list of orders by \(sort.rawValue)") }
            let statement = OrderListStatement(filter, sort: sort, after: cursor, limit: limit + 1)
            return try await page(statement.text, statement.arguments, limit: limit, isByTime: sort.isByTime) {
                // Written since the index was read: where it belongs now, it is found.
                filter.matches($0) && PlaceText.text($0.order.createdAt, $0.order.id) == $1
            }
        }
    }

    private static let alertsStatement = """
        SELECT o.order_id AS id, o.found_by.detected AS place FROM `\(StoreSchema.orders)` AS o \
        USE INDEX (`\(StoreIndex.alerts.rawValue)` USING GSI) \
        WHERE o.found_by.detected < $below ORDER BY o.found_by.detected DESC LIMIT $limit
        """

    /// Finds the flagged orders by when they were detected.
    public func alerts(after cursor: OrderCursor?, limit: Int) async throws -> Page<OrderDocument> {
        try await gate.pass(store: name) {
            try checkLimit(limit)
            if let cursor { try check(cursor, hasMoment: true, "a list of alerts") }
            let below = cursor.flatMap { cursor in cursor.moment.map { PlaceText.text($0, cursor.orderID) } }
            return try await page(
                Self.alertsStatement, ["below": below ?? PlaceText.last, "limit": limit + 1], limit: limit,
                isByTime: true
            ) { document, place in
                document.fraud.map { PlaceText.text($0.detectedAt, document.order.id) == place } ?? false
            }
        }
    }

    private func page(
        _ statement: String, _ arguments: [String: any Encodable & Sendable], limit: Int, isByTime: Bool,
        _ isInPlace: (OrderDocument, String) -> Bool
    ) async throws -> Page<OrderDocument> {
        let found = try await rows(statement, arguments, as: OrderListStatement.Row.self)
        let rows = found.prefix(limit)
        let ids = try rows.map { row throws(OrderStoreError) in try id(row.id) }
        let items = zip(rows, try await documents(ids)).compactMap { row, document in
            document.flatMap { isInPlace($0, row.place) ? $0 : nil }
        }
        guard found.count > limit, let last = rows.last, let id = ids.last else {
            return Page(items: items, next: nil)
        }
        return Page(
            items: items, next: OrderCursor(orderID: id, moment: isByTime ? PlaceText.moment(of: last.place) : nil))
    }

    private static let scanStatement = """
        SELECT RAW o.order_id FROM `\(StoreSchema.orders)` AS o \
        USE INDEX (`\(StoreIndex.lowestID.rawValue)` USING GSI) \
        WHERE o.order_id > $above ORDER BY o.order_id LIMIT $limit
        """
    private static let scanStretch = 10_000

    /// Finds all ids in stretches, and reads their documents by key.
    public func scan(_ body: (OrderDocument) throws -> Void) async throws {
        try await gate.pass(store: name) {
            var last: Int64 = 0
            while true {
                let found = try await rows(
                    Self.scanStatement, ["above": last, "limit": Self.scanStretch], as: Int64.self)
                guard let end = found.last else { return }
                last = end
                let ids = try found.map { raw throws(OrderStoreError) in try id(raw) }
                for case let document? in try await documents(ids) { try body(document) }
            }
        }
    }

    /// In the order of the ids; nil where there is none.
    private func documents(_ ids: [OrderID]) async throws(OrderStoreError) -> [OrderDocument?] {
        let keys = ids.map(StoredOrder.key)
        var documents: [OrderDocument?] = []
        documents.reserveCapacity(ids.count)
        for (key, result) in zip(keys, await collections.orders.get(keys)) {
            documents.append(
                try found(result).map { found throws(OrderStoreError) in
                    try StoredOrder.decode(found.bytes, key: key)
                })
        }
        return documents
    }

    private func id(_ raw: Int64) throws(OrderStoreError) -> OrderID {
        guard let id = OrderID(raw) else {
            throw OrderStoreError(.corrupt, "\(name): a stored order has the id \(raw)")
        }
        return id
    }

    private func check(_ cursor: OrderCursor, hasMoment: Bool, _ list: String) throws(OrderStoreError) {
        guard (cursor.moment != nil) == hasMoment else {
            throw OrderStoreError(.invalidArgument, "the cursor \(cursor.text) is not one of \(list)")
        }
    }

    private func checkLimit(_ limit: Int) throws(OrderStoreError) {
        guard (1...StoreLimits.maximumPage).contains(limit) else {
            throw OrderStoreError(
                .invalidArgument, "a page has 1 to \(StoreLimits.maximumPage) documents, \(limit) were asked for")
        }
    }
}

extension PlaceText {
    /// The moment of a place; nil for any other text.
    fileprivate static func moment(of place: String) -> Timestamp? {
        place.split(separator: "-").first.flatMap { Int64($0) }.map(Timestamp.init(millisecondsSinceEpoch:))
    }
}
