import Foundation
import GRDB
import OrderEvents

extension SQLiteOrderStore: CopyableStore {
    /// In the order of the keys' bytes; a place is the last key of the page before.
    public func idempotencyKeys(
        after place: String?, limit: Int, now: Timestamp
    ) async throws -> IdempotencyKeyPage {
        try checkPage(limit)
        let oldest = now.millisecondsSinceEpoch - options.idempotencyHorizon.components.seconds * 1_000
        return try await read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT key, request_hash, order_id, reserved_at, completed_at FROM idempotency_keys
                    WHERE key > ? AND reserved_at >= ? ORDER BY key LIMIT ?
                    """)
            let rows = try Row.fetchAll(statement, arguments: [place ?? "", oldest, limit])
            let keys = try rows.map(IdempotencyKey.init(row:))
            return IdempotencyKeyPage(keys: keys, next: keys.count < limit ? nil : keys.last?.key)
        }
    }

    /// Looks each up.
    public func idempotencyKeys(named keys: [String]) async throws -> [IdempotencyKey] {
        if keys.isEmpty { return [] }
        try checkPage(keys.count)
        return try await read { db in try keys.compactMap { try IdempotencyKey.find($0, db) } }
    }

    /// Writes them in one transaction.
    public func keep(_ keys: [IdempotencyKey]) async throws {
        if keys.isEmpty { return }
        try checkPage(keys.count)
        try await write { db in
            let statement = try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO idempotency_keys (key, request_hash, order_id, reserved_at, completed_at)
                    VALUES (?, ?, ?, ?, ?)
                    """)
            for key in keys {
                if let stored = try IdempotencyKey.find(key.key, db), !stored.isReplaced(by: key) { continue }
                try statement.execute(
                    arguments: [
                        key.key, Data(key.requestHash), key.orderID.rawValue, key.reservedAt.millisecondsSinceEpoch,
                        key.completedAt?.millisecondsSinceEpoch,
                    ])
            }
        }
    }

    private func checkPage(_ count: Int) throws(OrderStoreError) {
        guard (1...StoreLimits.maximumPage).contains(count) else {
            throw OrderStoreError(
                .invalidArgument, "a page has 1 to \(StoreLimits.maximumPage) keys, \(count) were asked for")
        }
    }
}

extension IdempotencyKey {
    fileprivate static func find(_ key: String, _ db: Database) throws -> IdempotencyKey? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT key, request_hash, order_id, reserved_at, completed_at FROM idempotency_keys WHERE key = ?
                """)
        return try Row.fetchOne(statement, arguments: [key]).map(IdempotencyKey.init(row:))
    }

    fileprivate init(row: Row) throws {
        guard let orderID = OrderID(row[2] as Int64) else {
            throw OrderStoreError(.corrupt, "a stored idempotency key has no order")
        }
        self.init(
            key: row[0], requestHash: Array(row[1] as Data), orderID: orderID,
            reservedAt: Timestamp(millisecondsSinceEpoch: row[3]),
            completedAt: (row[4] as Int64?).map(Timestamp.init(millisecondsSinceEpoch:)))
    }
}
