import OrderEvents

/// The search index: which orders have a customer, an amount, or a combination of country, currency, status and payment.
///
/// An ordinary index costs the sink a page of it for each order that it writes. Here the sink notes what it wrote in the
/// same transaction, about fourteen bytes an order (``SearchNote``). ``SearchKeeper`` sorts many notes into a *segment*
/// (``SegmentBuilder``), which never changes. Segments are merged into larger ones (``MergePolicy``, ``SegmentMerge``).
/// A reader merges what notes and segments have of a filter's keys: together they are exact, whatever the keeper has got
/// to.
///
/// An entry may be out of date: every reader checks it against the row. What must hold is that each row's present values
/// are in a note or in a live segment.
enum SearchTables {
    /// A migration's step, which never changes: a B-tree of entries, and the ids of orders that were not in it yet.
    static let runs = """
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

    /// A migration's step, which never changes. The index is made again of all orders: `search_backfill` is the id up to
    /// which they have been entered, -1 once all have been. `search_version` counts the keeper's transactions.
    static let segments = """
        DROP TABLE order_changes;
        DROP TABLE search_runs;
        DROP TABLE search_facets;

        CREATE TABLE search_notes (
            sequence INTEGER PRIMARY KEY,
            orders INTEGER NOT NULL,
            entries BLOB NOT NULL
        ) STRICT;

        CREATE TABLE search_segments (
            id INTEGER PRIMARY KEY,
            state INTEGER NOT NULL,
            first_age INTEGER NOT NULL,
            last_age INTEGER NOT NULL,
            orders INTEGER NOT NULL,
            superseding INTEGER NOT NULL,
            oldest INTEGER NOT NULL,
            newest INTEGER NOT NULL,
            chunks INTEGER NOT NULL,
            keys BLOB
        ) STRICT;

        CREATE TABLE search_chunks (
            id INTEGER PRIMARY KEY,
            entries BLOB NOT NULL
        ) STRICT;

        CREATE TABLE search_fences (
            segment INTEGER NOT NULL,
            key INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            id INTEGER NOT NULL,
            chunk INTEGER NOT NULL,
            PRIMARY KEY (segment, key, created_at, id)
        ) STRICT, WITHOUT ROWID;

        INSERT INTO counters VALUES ('search_version', 0);
        UPDATE counters SET value = CASE WHEN EXISTS (SELECT 1 FROM orders) THEN 0 ELSE -1 END
        WHERE name = 'search_backfill';
        """
}

/// The statements of the search index.
package enum SearchSQL {
    /// What pages of a filtered list read of it, by name.
    package static let reads = [
        ("notes, counted", noteCounts), ("notes", notes), ("segments", segments),
        ("keys of a segment", segmentKeys), ("where a run begins", chunkBefore), ("a chunk", chunk),
        ("an order", OrderQuery.one),
    ]

    static let note = "INSERT INTO search_notes (orders, entries) VALUES (?1, ?2)"
    static let noteCounts = "SELECT count(*), coalesce(sum(orders), 0) FROM search_notes"
    static let notes = "SELECT sequence, orders, entries FROM search_notes ORDER BY sequence"
    static let forgetNotes = "DELETE FROM search_notes WHERE sequence <= ?1"

    static let counter = "SELECT value FROM counters WHERE name = ?1"
    static let setCounter = "UPDATE counters SET value = ?2 WHERE name = ?1"
    static let backfill = "search_backfill"
    static let version = "search_version"
    static let rowsToEnter = """
        SELECT id, created_at, country, currency, status, payment, customer_id, amount FROM orders
        WHERE id > ?1 ORDER BY id LIMIT ?2
        """

    static let segments = """
        SELECT id, state, first_age, last_age, orders, superseding, oldest, newest, chunks FROM search_segments
        """
    static let segmentKeys = "SELECT keys FROM search_segments WHERE id = ?1"
    static let setSegment = """
        INSERT OR REPLACE INTO search_segments
            (id, state, first_age, last_age, orders, superseding, oldest, newest, chunks, keys)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """
    static let retireSegments = """
        UPDATE search_segments SET state = 2, keys = NULL
        WHERE state = 1 AND first_age >= ?1 AND last_age <= ?2 AND id <> ?3
        """
    static let removeSegment = "DELETE FROM search_segments WHERE id = ?1"

    static let chunk = "SELECT entries FROM search_chunks WHERE id = ?1"
    static let addChunk = "INSERT INTO search_chunks (id, entries) VALUES (?1, ?2)"
    static let addFence = "INSERT INTO search_fences (segment, key, created_at, id, chunk) VALUES (?1, ?2, ?3, ?4, ?5)"
    /// The chunk where entries from a key and place on begin: the last one that starts there or before.
    static let chunkBefore = """
        SELECT chunk FROM search_fences WHERE segment = ?1 AND (key, created_at, id) <= (?2, ?3, ?4)
        ORDER BY key DESC, created_at DESC, id DESC LIMIT 1
        """
    static let firstChunk = """
        SELECT chunk FROM search_fences WHERE segment = ?1 ORDER BY key, created_at, id LIMIT 1
        """
    static let removeChunks = "DELETE FROM search_chunks WHERE id >= ?1 AND id < ?2"
    static let removeFences = """
        DELETE FROM search_fences WHERE segment = ?1 AND (key, created_at, id) < (?2, ?3, ?4)
        """
    static let removeAllFences = "DELETE FROM search_fences WHERE segment = ?1"
}
