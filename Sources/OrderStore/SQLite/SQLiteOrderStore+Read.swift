import GRDB
import OrderEvents

extension SQLiteOrderStore {
    /// Finds one order by its row: its id is the table's key.
    public func order(_ id: OrderID) async throws -> OrderDocument? {
        try await read { db in
            let statement = try RawStatement(db, OrderQuery.one)
            statement.bind(id.rawValue, at: 1)
            return try SQLiteOrderStore.documents(statement, expected: 1).first
        }
    }

    /// Finds several orders in one snapshot; ids that the store does not have are left out.
    public func orders(_ ids: [OrderID]) async throws -> [OrderDocument] {
        if ids.isEmpty { return [] }
        try checkLimit(ids.count)
        return try await read { db in
            let statement = try RawStatement(db, OrderQuery.one)
            var documents: [OrderDocument] = []
            documents.reserveCapacity(ids.count)
            for id in ids {
                statement.bind(id.rawValue, at: 1)
                documents += try SQLiteOrderStore.documents(statement, expected: 1)
            }
            return documents
        }
    }

    /// Walks the index of times from `moment` on; nothing is sorted.
    public func newestOrders(limit: Int, until moment: Timestamp) async throws -> [OrderDocument] {
        try checkLimit(limit)
        return try await read { db in
            let walk = OrderWalk.newest
            let start = OrderWalk.Place(moment: moment.millisecondsSinceEpoch, id: .max)
            return try SQLiteOrderStore.documents(
                try walk.statement(walk.rows(), db, start, end: walk.noEnd, limit), expected: limit)
        }
    }

    /// Reads the search index, or walks the orders from the cursor on, and looks at a bounded number of rows.
    public func orders(
        matching filter: OrderFilter, sort: OrderSort, after cursor: OrderCursor?, limit: Int
    ) async throws -> Page<OrderDocument> {
        try checkLimit(limit)
        if let cursor { try check(cursor, hasMoment: sort.isByTime, "a list of orders by \(sort.rawValue)") }
        let query = OrderQuery(filter, sort: sort, after: cursor)
        let stretch = max(1, query.walk.isFlaggedOnly ? options.maximumScanned / 5 : options.maximumScanned)
        return try await read { db in
            if options.keepsSearchIndex, let search = OrderSearch(filter, sort, query) {
                if let page = try search.page(limit: limit, options.search, db) { return page }
                searchKeeper.wake()
            }
            // One more than asked for tells whether there is a next page.
            let statement = try query.walk.statement(
                query.page, db, query.start, end: query.end, query.isSearch ? stretch : limit + 1)
            if query.isSearch { statement.bind(Int64(limit + 1), at: 5) }
            for (place, value) in query.values.enumerated() { statement.bind(value, at: Int32(place + 6)) }
            var found = try SQLiteOrderStore.documents(statement, expected: limit + 1)
            if found.count > limit {
                found.removeLast()
                return Page(items: found, next: found.last.map { OrderCursor($0, sort) })
            }
            guard query.isSearch, let last = try SQLiteOrderStore.place(query, after: stretch - 1, db) else {
                return Page(items: found, next: nil)
            }
            // The search ended after its stretch; the next page begins there.
            return Page(items: found, next: last.cursor(sort))
        }
    }

    /// The place of the row that comes after so many in the query's walk; nil if there is none.
    private static func place(_ query: OrderQuery, after count: Int, _ db: Database) throws -> OrderWalk.Place? {
        let statement = try query.walk.statement(query.walk.place, db, query.start, end: query.end, count)
        defer { statement.reset() }
        return try statement.step() ? OrderWalk.Place(moment: statement.integer(0), id: statement.integer(1)) : nil
    }

    /// Walks the index of flagged orders from the cursor on.
    public func alerts(after cursor: OrderCursor?, limit: Int) async throws -> Page<OrderDocument> {
        try checkLimit(limit)
        if let cursor { try check(cursor, hasMoment: true, "a list of alerts") }
        return try await read { db in
            let walk = OrderWalk.alerts
            let start = cursor.map {
                OrderWalk.Place(moment: $0.moment?.millisecondsSinceEpoch ?? 0, id: $0.orderID.rawValue)
            }
            let statement = try walk.statement(walk.rows(), db, start ?? walk.start, end: walk.noEnd, limit + 1)
            var found = try SQLiteOrderStore.documents(statement, expected: limit + 1)
            guard found.count > limit else { return Page(items: found, next: nil) }
            found.removeLast()
            return Page(
                items: found,
                next: found.last.map { OrderCursor(orderID: $0.order.id, moment: $0.fraud?.detectedAt) })
        }
    }

    private func check(_ cursor: OrderCursor, hasMoment: Bool, _ list: String) throws(OrderStoreError) {
        guard (cursor.moment != nil) == hasMoment else {
            throw OrderStoreError(.invalidArgument, "the cursor \(cursor.text) is not one of \(list)")
        }
    }

    /// Reads a range of rows: windows lie by their start.
    public func aggregates(from: Timestamp, to: Timestamp) async throws -> [Aggregate] {
        try await read { db in
            let statement = try RawStatement(db, AggregateRow.selectWindows)
            statement.bind(AggregateRow.firstWindowID(from: from), at: 1)
            statement.bind(AggregateRow.firstWindowID(from: to), at: 2)
            statement.bind(Int64(StoreLimits.maximumWindows), at: 3)
            return try SQLiteOrderStore.aggregates(statement)
        }
    }

    /// Reads one row for each partition.
    public func totals() async throws -> [Aggregate] {
        try await read { db in try SQLiteOrderStore.aggregates(try RawStatement(db, AggregateRow.selectTotals)) }
    }

    /// Reads the counters that each write keeps; flagged orders are counted by their index.
    public func counts() async throws -> StoreCounts {
        try await read { db in
            func counter(_ name: String) throws -> Int64 {
                try Int64.fetchOne(db, sql: "SELECT value FROM counters WHERE name = ?", arguments: [name]) ?? 0
            }
            return StoreCounts(
                orders: try counter("orders"), flagged: try Int64.fetchOne(db, sql: OrderQuery.flaggedCount) ?? 0,
                windows: try counter("windows"))
        }
    }

    /// Hands every order to `body`, by id, in one snapshot and on the reader's queue.
    public func scan(_ body: (OrderDocument) throws -> Void) async throws {
        // In stretches: one long read would keep the write-ahead log from being taken over into the file.
        var last: Int64 = 0
        while true {
            let start = last
            let documents = try await read { db in
                let statement = try RawStatement(db, OrderQuery.ascending)
                statement.bind(start, at: 1)
                statement.bind(Int64(SQLiteOrderStore.scanStretch), at: 2)
                return try SQLiteOrderStore.documents(statement, expected: SQLiteOrderStore.scanStretch)
            }
            guard let end = documents.last else { return }
            last = end.order.id.rawValue
            for document in documents { try body(document) }
        }
    }

    private static let scanStretch = 4_096

    static func documents(_ statement: RawStatement, expected: Int) throws -> [OrderDocument] {
        defer { statement.reset() }
        var all: [OrderDocument] = []
        all.reserveCapacity(min(expected, StoreLimits.maximumPage))
        while try statement.step() { all.append(try OrderRow.read(statement)) }
        return all
    }

    private static func aggregates(_ statement: RawStatement) throws -> [Aggregate] {
        defer { statement.reset() }
        var all: [Aggregate] = []
        while try statement.step() { all.append(try AggregateRow.read(statement)) }
        return all
    }

    private func checkLimit(_ limit: Int) throws(OrderStoreError) {
        guard (1...StoreLimits.maximumPage).contains(limit) else {
            throw OrderStoreError(
                .invalidArgument, "a page has 1 to \(StoreLimits.maximumPage) documents, \(limit) were asked for")
        }
    }
}

extension OrderWalk {
    /// A statement of this walk, its four parameters bound.
    fileprivate func statement(_ sql: String, _ db: Database, _ start: Place, end: Int64, _ count: Int) throws
        -> RawStatement
    {
        let statement = try RawStatement(db, sql)
        for (index, value) in [start.moment, start.id, end, Int64(count)].enumerated() {
            statement.bind(value, at: Int32(index + 1))
        }
        return statement
    }
}

extension OrderWalk.Place {
    func cursor(_ sort: OrderSort) -> OrderCursor? {
        OrderID(id).map {
            OrderCursor(orderID: $0, moment: sort.isByTime ? Timestamp(millisecondsSinceEpoch: moment) : nil)
        }
    }
}
