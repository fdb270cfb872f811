import GRDB
import GRDBSQLite
import OrderEvents

extension SQLiteOrderStore {
    /// Writes the batch in one transaction, which is on disk when it returns (synchronous=FULL).
    public func apply(_ batch: StoreBatch) async throws {
        guard !batch.isEmpty else { return try checkOpen() }
        let started = ContinuousClock.now
        let isIndexed = options.keepsSearchIndex
        try await write { db in
            let orders = try SQLiteOrderStore.upsert(batch.orders, isIndexed: isIndexed, db)
            let windows = try SQLiteOrderStore.upsert(batch.aggregates, db)
            try SQLiteOrderStore.count("orders", orders, db)
            try SQLiteOrderStore.count("windows", windows, db)
        }
        if isIndexed, !batch.orders.isEmpty { searchKeeper.noteWrite(started.duration(to: .now)) }
    }

    /// Returns how many were new.
    private static func upsert(_ documents: [OrderDocument], isIndexed: Bool, _ db: Database) throws -> Int64 {
        guard !documents.isEmpty else { return 0 }
        let statement = try RawStatement(db, OrderRow.upsert)
        var scratch = JSONBytes()
        var note = SearchNote(capacity: isIndexed ? documents.count : 0)
        var inserted: Int64 = 0
        for document in documents {
            OrderRow.bind(document, to: statement, &scratch)
            let isNew = try runUpsert(statement, id: document.order.id.rawValue, db)
            inserted += isNew
            // Nothing changed: what is stored is as new, or was created at another time.
            if sqlite3_changes64(db.sqliteConnection) == 0 {
                let move = try RawStatement(db, OrderRow.move)
                OrderRow.bind(document, to: move, &scratch)
                try move.run()
                if sqlite3_changes64(db.sqliteConnection) == 0 { continue }
            }
            if isIndexed { note.append(SearchRecord(document, isUpdate: isNew == 0)) }
        }
        if note.count > 0 { try add(note, db) }
        return inserted
    }

    /// What was written, for the search index.
    private static func add(_ note: SearchNote, _ db: Database) throws {
        let statement = try RawStatement(db, SearchSQL.note)
        statement.bind(Int64(note.count), at: 1)
        note.withBytes { statement.bind($0, at: 2) }
        try statement.run()
    }

    /// Returns how many windows were new.
    private static func upsert(_ aggregates: [Aggregate], _ db: Database) throws -> Int64 {
        guard !aggregates.isEmpty else { return 0 }
        let windows = try RawStatement(db, AggregateRow.upsertWindow)
        let totals = try RawStatement(db, AggregateRow.upsertTotals)
        var json = JSONBytes(capacity: 16_384)
        var inserted: Int64 = 0
        for aggregate in aggregates {
            json.removeAll()
            aggregate.encode(into: &json)
            let statement: RawStatement
            let id: Int64
            switch aggregate.window {
            case .allTime: (statement, id) = (totals, Int64(aggregate.partition))
            case .minute(let start):
                (statement, id) = (windows, AggregateRow.windowID(start: start, partition: aggregate.partition))
            }
            statement.bind(id, at: 1)
            statement.bind(aggregate.revision, at: 2)
            json.withUnsafeBytes { statement.bind($0, at: 3) }
            let isNew = try runUpsert(statement, id: id, db)
            if aggregate.window != .allTime { inserted += isNew }
        }
        return inserted
    }

    /// 1 if the row is new. SQLite sets the last inserted rowid for an insert, and leaves it for an update.
    /// A partition's row 0 is not distinguished: only windows and orders are counted, and neither has an id of 0.
    @inline(__always)
    private static func runUpsert(_ statement: RawStatement, id: Int64, _ db: Database) throws -> Int64 {
        let connection = db.sqliteConnection
        sqlite3_set_last_insert_rowid(connection, 0)
        try statement.run()
        return sqlite3_last_insert_rowid(connection) == id && id != 0 ? 1 : 0
    }

    /// Counting rows would read all of them.
    private static func count(_ name: String, _ added: Int64, _ db: Database) throws {
        guard added != 0 else { return }
        let statement = try db.cachedStatement(sql: "UPDATE counters SET value = value + ? WHERE name = ?")
        try statement.execute(arguments: [added, name])
    }
}
