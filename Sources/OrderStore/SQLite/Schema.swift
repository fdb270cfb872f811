import GRDB

/// The tables, and the steps that bring a file from one version to the next.
///
/// All columns are integers: packed codes (``OrderEvents/Currency/packed`` and so on), raw values of the
/// enumerations, milliseconds since 1970, minor units. The views show them to people as text.
enum Schema {
    /// Marks a file as a store of this platform: "ORDS" in `PRAGMA application_id`.
    static let applicationID: Int32 = 0x4F52_4453

    /// The version that this code reads and writes, in `PRAGMA user_version`.
    static var version: Int { migrations.count }

    /// Step `n` takes a file from version `n` to `n + 1`. Steps that were released never change.
    static let migrations: [String] = [
        first, byTime, RefundQuery.indexes, SearchTables.runs, SearchTables.segments,
    ]

    /// Brings the file up to `version`, in one transaction: one that is interrupted leaves the file as it was.
    static func migrate(_ db: Database, to version: Int = version) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found < version else { return }
        // An index over millions of orders is sorted in a file, not in memory. No transaction may be open for this.
        let temporaries = try Int.fetchOne(db, sql: "PRAGMA temp_store") ?? 0
        try db.execute(sql: "PRAGMA temp_store = FILE")
        defer {
            // A setting of this connection: SQLite refuses it in a transaction only, and none is open here.
            try? db.execute(sql: "PRAGMA temp_store = \(temporaries)")
        }
        try db.inTransaction(.immediate) {
            // Another process may have been faster.
            let current = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard current < version else { return .rollback }
            for step in migrations[current..<version] { try db.execute(sql: step) }
            try db.execute(sql: "PRAGMA user_version = \(version)")
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            return .commit
        }
    }

    /// `orders` is clustered by its identity. An index over all of its rows whose values come in no order would cost
    /// the sink a random page write for every order. The two partial ones hold the flagged few per cent.
    ///
    /// `document` is the order's JSON where columns cannot hold it: a payment or an alert whose amount, country or
    /// customer are not the order's, or an order that was contradicted. It is null nearly always.
    private static let first = """
        CREATE TABLE orders (
            id INTEGER PRIMARY KEY,
            customer_id INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            currency INTEGER NOT NULL,
            country INTEGER NOT NULL,
            status INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            payment INTEGER,
            processed_at INTEGER,
            decline_reason INTEGER,
            fraud INTEGER,
            detected_at INTEGER,
            created_seen_at INTEGER,
            confirmed_seen_at INTEGER,
            cancelled_seen_at INTEGER,
            document BLOB
        ) STRICT;

        CREATE INDEX orders_by_detection ON orders (detected_at, id) WHERE detected_at IS NOT NULL;
        CREATE INDEX orders_flagged ON orders (id, detected_at) WHERE detected_at IS NOT NULL;

        CREATE TABLE windows (
            id INTEGER PRIMARY KEY,
            revision INTEGER NOT NULL,
            document BLOB NOT NULL
        ) STRICT;

        CREATE TABLE totals (
            partition INTEGER PRIMARY KEY,
            revision INTEGER NOT NULL,
            document BLOB NOT NULL
        ) STRICT;

        CREATE TABLE counters (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO counters VALUES ('orders', 0), ('windows', 0);

        CREATE TABLE idempotency_keys (
            key TEXT PRIMARY KEY,
            request_hash BLOB NOT NULL,
            order_id INTEGER NOT NULL,
            reserved_at INTEGER NOT NULL,
            completed_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotency_keys_by_age ON idempotency_keys (reserved_at);

        CREATE VIEW readable_orders AS
        SELECT
            id,
            customer_id,
            amount AS minor_units,
            char(currency >> 16 & 255, currency >> 8 & 255, currency & 255) AS currency,
            char(country >> 8, country & 255) AS country,
            CASE status WHEN 0 THEN 'CREATED' WHEN 1 THEN 'CONFIRMED' ELSE 'CANCELLED' END AS status,
            strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch') AS created_at,
            CASE payment WHEN 0 THEN 'PAID' WHEN 1 THEN 'DECLINED' WHEN 2 THEN 'REFUNDED' END AS payment,
            detected_at IS NOT NULL AS flagged,
            revision,
            strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch') AS updated_at
        FROM orders;
        """

    /// Lists go by created_at, then id; an index holds the id of its row by itself. New orders lie near the end of this
    /// index, so they share its pages in the writer's cache.
    private static let byTime = """
        CREATE INDEX orders_by_time ON orders (created_at);
        DROP INDEX orders_flagged;
        CREATE INDEX orders_flagged ON orders (created_at) WHERE detected_at IS NOT NULL;
        DROP INDEX orders_by_detection;
        CREATE INDEX orders_by_detection ON orders (detected_at) WHERE detected_at IS NOT NULL;
        """
}
