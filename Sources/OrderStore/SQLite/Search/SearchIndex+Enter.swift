import GRDB

extension SearchIndex {
    /// Enters up to about `count` orders that wait, in the caller's transaction. Returns whether more wait.
    static func enterSome(_ count: Int, _ db: Database) throws -> Bool {
        let reached = try Int64.fetchOne(db, sql: backfill) ?? -1
        return reached >= 0 ? try backfill(after: reached, count, db) : try enterPending(count, db)
    }

    /// Orders that were there before the index was, by id.
    private static func backfill(after reached: Int64, _ count: Int, _ db: Database) throws -> Bool {
        let ids = try Int64.fetchAll(db.cachedStatement(sql: nextIDs), arguments: [reached, count])
        try enter(ids, db)
        let statement = try RawStatement(db, setBackfill)
        statement.bind(ids.count < count ? -1 : ids[ids.count - 1], at: 1)
        try statement.run()
        return true
    }

    private static func enterPending(_ count: Int, _ db: Database) throws -> Bool {
        let notes = try RawStatement(db, pending)
        notes.bind(Int64(count), at: 1)
        var ids: Set<Int64> = []
        var last: Int64?
        var isEnd = true
        while try notes.step() {
            // Whole notes: the first one is taken whatever its size, and a batch of the sink has a bounded one.
            if last != nil, ids.count >= count {
                isEnd = false
                break
            }
            last = notes.integer(0)
            notes.withBytes(1) { ids.formUnion(SearchIndex.ids($0)) }
        }
        notes.reset()
        guard let last else { return false }
        try enter(ids.sorted(), db)
        let forget = try RawStatement(db, forget)
        forget.bind(last, at: 1)
        try forget.run()
        return !isEnd
    }

    private static func enter(_ ids: [Int64], _ db: Database) throws {
        let row = try RawStatement(db, row)
        let known = try RawStatement(db, facet)
        let (setFacet, remove, enter) = (
            try RawStatement(db, setFacet), try RawStatement(db, remove), try RawStatement(db, enter)
        )
        for id in ids {
            row.bind(id, at: 1)
            defer { row.reset() }
            guard try row.step() else { continue }
            let createdAt = row.integer(5)
            let currency = row.integer(2)
            let scaled = AmountScale.scaled(minorUnits: row.integer(1), decimals: Int(currency >> 24))
            let facet = SearchKey.facet(
                country: row.integer(3), currency: currency, status: row.integer(4), payment: row.optionalInteger(6))
            func add(_ key: Int64, amount: Int64?) throws {
                for (place, value) in [key, createdAt, id].enumerated() { enter.bind(value, at: Int32(place + 1)) }
                enter.bind(amount, at: 4)
                try enter.run()
            }
            known.bind(id, at: 1)
            let former = try known.step() ? known.integer(0) : nil
            known.reset()
            if let former, former != facet {
                for (place, value) in [former, createdAt, id].enumerated() { remove.bind(value, at: Int32(place + 1)) }
                try remove.run()
            }
            if former != facet {
                setFacet.bind(id, at: 1)
                setFacet.bind(facet, at: 2)
                try setFacet.run()
            }
            // Also where they are the same: the first event of an order may have corrected what its payment said.
            try add(facet, amount: nil)
            try add(SearchKey.customer(row.integer(0)), amount: nil)
            try add(SearchKey.amount(scaled: scaled), amount: scaled)
        }
    }
}
