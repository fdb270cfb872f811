import Foundation
import GRDB
import OrderEvents

/// The statements on `idempotency_keys`, each inside the caller's transaction.
enum IdempotencyKeys {
    static func perform(
        _ request: IdempotencyRequest, horizonMilliseconds: Int64, _ db: Database
    ) throws -> IdempotencyOutcome {
        switch request {
        case .reserve(let key, let hash, let orderID, let now):
            let oldest = now.millisecondsSinceEpoch - horizonMilliseconds
            if let known = try outcome(key, hash, oldest, db) { return known }
            try forgetSome(before: oldest, db)
            let statement = try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO idempotency_keys (key, request_hash, order_id, reserved_at, completed_at)
                    VALUES (?, ?, ?, ?, NULL)
                    """)
            try statement.execute(
                arguments: [key, Data(hash), orderID.rawValue, now.millisecondsSinceEpoch])
        case .complete(let key, let now):
            let statement = try db.cachedStatement(
                sql: "UPDATE idempotency_keys SET completed_at = ? WHERE key = ? AND completed_at IS NULL")
            try statement.execute(arguments: [now.millisecondsSinceEpoch, key])
        case .release(let key):
            let statement = try db.cachedStatement(
                sql: "DELETE FROM idempotency_keys WHERE key = ? AND completed_at IS NULL")
            try statement.execute(arguments: [key])
        }
        return .reserved
    }

    /// Who has the key; nil if nobody does, or only somebody whose horizon has passed.
    private static func outcome(
        _ key: String, _ hash: [UInt8], _ oldest: Int64, _ db: Database
    ) throws -> IdempotencyOutcome? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT request_hash, order_id, completed_at FROM idempotency_keys
                WHERE key = ? AND reserved_at >= ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [key, oldest]) else { return nil }
        guard row[0] as Data == Data(hash) else { return .mismatch }
        guard let orderID = OrderID(row[1] as Int64) else {
            throw OrderStoreError(.corrupt, "a stored idempotency key has no order")
        }
        return row.hasNull(atIndex: 2) ? .inProgress(orderID) : .completed(orderID)
    }

    /// Forgets what is older, a bounded number for each new key: more than one, so that the table shrinks.
    private static func forgetSome(before oldest: Int64, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                DELETE FROM idempotency_keys WHERE key IN (
                    SELECT key FROM idempotency_keys WHERE reserved_at < ? ORDER BY reserved_at LIMIT 4)
                """)
        try statement.execute(arguments: [oldest])
    }
}
