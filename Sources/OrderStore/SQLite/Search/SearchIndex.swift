import GRDB
import OrderEvents

/// An index of the orders by what they are looked for by, kept up in the background.
///
/// An ordinary index costs the sink a page of it for each order that it writes. Here the sink only notes, in the same
/// transaction, the ids that it wrote (`order_changes`, eight bytes each). ``SearchKeeper`` enters them later, many at a
/// time, while the sink rests. A reader takes the entries, and looks at the noted orders itself: together they are
/// exact, whatever the keeper has got to.
///
/// A *run* holds the orders of one key (``SearchKey``) by created_at, then id. An entry may be out of date: every reader
/// checks it against the row. So nothing has to be known of a row's former values but its facet.
enum SearchIndex {
    /// A migration's step, which never changes. `search_backfill`: every order up to this id has been entered since the
    /// index was made; -1 once all have been.
    static let tables = """
        CREATE TABLE order_changes (
            sequence INTEGER PRIMARY KEY,
            ids BLOB NOT NULL
        ) STRICT;

        CREATE TABLE search_runs (
            key INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            id INTEGER NOT NULL,
            amount INTEGER,
            PRIMARY KEY (key, created_at, id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE search_facets (
            id INTEGER PRIMARY KEY,
            facet INTEGER NOT NULL
        ) STRICT;

        INSERT INTO counters
        SELECT 'search_backfill', CASE WHEN EXISTS (SELECT 1 FROM orders) THEN 0 ELSE -1 END;
        """

    static let note = "INSERT INTO order_changes (ids) VALUES (?1)"
    static let pending = "SELECT sequence, ids FROM order_changes ORDER BY sequence LIMIT ?1"
    static let forget = "DELETE FROM order_changes WHERE sequence <= ?1"
    static let backfill = "SELECT value FROM counters WHERE name = 'search_backfill'"
    static let setBackfill = "UPDATE counters SET value = ?1 WHERE name = 'search_backfill'"
    static let nextIDs = "SELECT id FROM orders WHERE id > ?1 ORDER BY id LIMIT ?2"
    static let row = """
        SELECT customer_id, amount, currency, country, status, created_at, payment FROM orders WHERE id = ?1
        """
    static let facet = "SELECT facet FROM search_facets WHERE id = ?1"
    static let setFacet = """
        INSERT INTO search_facets (id, facet) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET facet = excluded.facet
        """
    static let remove = "DELETE FROM search_runs WHERE key = ?1 AND created_at = ?2 AND id = ?3"
    static let enter = "INSERT OR IGNORE INTO search_runs (key, created_at, id, amount) VALUES (?1, ?2, ?3, ?4)"
    /// The next key of a kind that has a run.
    static let nextKey = "SELECT key FROM search_runs WHERE key >= ?1 AND key <= ?2 ORDER BY key LIMIT 1"

    /// A stretch of a run. Parameters: the key, the place it starts after, the moment where it ends, the limit.
    static func run(isDescending: Bool) -> String {
        let (beyond, end, order) = isDescending ? ("<", ">=", " DESC") : (">", "<", "")
        return """
            SELECT created_at, id, amount FROM search_runs
            WHERE key = ?1 AND (created_at, id) \(beyond) (?2, ?3) AND created_at \(end) ?4
            ORDER BY created_at\(order), id\(order) LIMIT ?5
            """
    }

    /// Notes the orders of a batch, in its transaction.
    static func note(_ documents: [OrderDocument], _ db: Database) throws {
        guard !documents.isEmpty else { return }
        let ids = documents.map { $0.order.id.rawValue.littleEndian }
        let statement = try RawStatement(db, note)
        ids.withUnsafeBytes { statement.bind($0, at: 1) }
        try statement.run()
    }

    /// The ids of a note.
    static func ids(_ bytes: UnsafeRawBufferPointer) -> [Int64] {
        (0..<bytes.count / 8).map { Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)) }
    }
}
