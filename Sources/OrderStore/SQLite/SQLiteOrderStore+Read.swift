import GRDB
import OrderEvents

extension SQLiteOrderStore {
    public func order(_ id: OrderID) async throws -> OrderDocument? {
        try await read { db in
            let statement = try RawStatement(db, OrderQuery.one)
            statement.bind(id.rawValue, at: 1)
            return try SQLiteOrderStore.documents(statement, expected: 1).first
        }
    }

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

    public func newestOrders(limit: Int) async throws -> [OrderDocument] {
        try checkLimit(limit)
        return try await read { db in
            let statement = try RawStatement(db, OrderQuery.newest)
            statement.bind(Int64(limit), at: 1)
            return try SQLiteOrderStore.documents(statement, expected: limit)
        }
    }

    public func orders(
        matching filter: OrderFilter, after cursor: OrderCursor?, limit: Int
    ) async throws -> Page<OrderDocument> {
        try checkLimit(limit)
        let below = cursor?.orderID.rawValue ?? Int64.max
        let query = OrderQuery(filter)
        let stretch = max(1, query.isFlaggedOnly ? options.maximumScanned / 10 : options.maximumScanned)
        return try await read { db in
            let floor = query.needsFloor ? try SQLiteOrderStore.floor(query, below: below, stretch, db) : nil
            let statement = try RawStatement(db, query.page)
            statement.bind(below, at: 1)
            statement.bind(floor ?? 0, at: 2)
            // One more than asked for tells whether there is a next page.
            statement.bind(Int64(limit + 1), at: 3)
            for (place, value) in query.values.enumerated() { statement.bind(value, at: Int32(place + 4)) }
            var found = try SQLiteOrderStore.documents(statement, expected: limit + 1)
            if found.count > limit {
                found.removeLast()
                return Page(items: found, next: found.last.map { OrderCursor(orderID: $0.order.id) })
            }
            // The search ended at the floor, which the next page begins with.
            return Page(items: found, next: floor.flatMap { OrderID($0 + 1) }.map { OrderCursor(orderID: $0) })
        }
    }

    private static func floor(_ query: OrderQuery, below: Int64, _ stretch: Int, _ db: Database) throws -> Int64? {
        let statement = try RawStatement(db, query.floor)
        defer { statement.reset() }
        statement.bind(below, at: 1)
        statement.bind(Int64(stretch), at: 2)
        return try statement.step() ? statement.integer(0) : nil
    }

    public func alerts(after cursor: OrderCursor?, limit: Int) async throws -> Page<OrderDocument> {
        try checkLimit(limit)
        if let cursor, cursor.detectedAt == nil {
            throw OrderStoreError(.invalidArgument, "the cursor \(cursor.text) is not one of a list of alerts")
        }
        return try await read { db in
            let statement = try RawStatement(db, OrderQuery.alerts)
            statement.bind(cursor?.detectedAt?.millisecondsSinceEpoch ?? Int64.max, at: 1)
            statement.bind(cursor?.orderID.rawValue ?? Int64.max, at: 2)
            statement.bind(Int64(limit + 1), at: 3)
            var found = try SQLiteOrderStore.documents(statement, expected: limit + 1)
            guard found.count > limit else { return Page(items: found, next: nil) }
            found.removeLast()
            return Page(
                items: found,
                next: found.last.map { OrderCursor(orderID: $0.order.id, detectedAt: $0.fraud?.detectedAt) })
        }
    }

    public func aggregates(from: Timestamp, to: Timestamp) async throws -> [Aggregate] {
        try await read { db in
            let statement = try RawStatement(db, AggregateRow.selectWindows)
            statement.bind(AggregateRow.firstWindowID(from: from), at: 1)
            statement.bind(AggregateRow.firstWindowID(from: to), at: 2)
            statement.bind(Int64(StoreLimits.maximumWindows), at: 3)
            return try SQLiteOrderStore.aggregates(statement)
        }
    }

    public func totals() async throws -> [Aggregate] {
        try await read { db in try SQLiteOrderStore.aggregates(try RawStatement(db, AggregateRow.selectTotals)) }
    }

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

    private static func documents(_ statement: RawStatement, expected: Int) throws -> [OrderDocument] {
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
