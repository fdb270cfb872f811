import Foundation
import GRDB
import OrderEvents
import Testing

@testable import OrderStore

@Suite("Stores of earlier versions")
struct SchemaMigrationTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A file of schema 1 with these documents. The columns are the same.
    private func earlier(_ documents: [OrderDocument]) async throws {
        let queue = try DatabaseQueue(path: directory.path())
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try Schema.migrate(db, to: 1)
        }
        try await queue.write { db in
            var scratch = JSONBytes()
            let statement = try RawStatement(db, OrderRow.move)
            for document in documents {
                OrderRow.bind(document, to: statement, &scratch)
                try statement.run()
            }
            try db.execute(sql: "UPDATE counters SET value = \(documents.count) WHERE name = 'orders'")
        }
        try queue.close()
    }

    /// A file of schema 4, which had a B-tree of entries: some orders entered in it, the others noted.
    private func withRuns(_ documents: [OrderDocument]) async throws {
        try await earlier(documents)
        let queue = try DatabaseQueue(path: directory.path())
        try await queue.writeWithoutTransaction { try Schema.migrate($0, to: 4) }
        try await queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO search_runs SELECT 2 << 60 | customer_id, created_at, id, NULL FROM orders WHERE id < 300;
                    INSERT INTO search_facets SELECT id, 1 << 60 FROM orders WHERE id < 300;
                    INSERT INTO order_changes (ids) VALUES (x'2c01000000000000'), (x'2d010000000000002e01000000000000');
                    UPDATE counters SET value = -1 WHERE name = 'search_backfill';
                    """)
        }
        try queue.close()
    }

    private func version(_ path: String) async throws -> Int? {
        let queue = try DatabaseQueue(path: path)
        let version = try await queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        try queue.close()
        return version
    }

    private func expectWhole(_ path: String, _ documents: [OrderDocument]) async throws {
        let store = try SQLiteOrderStore(path: path)
        for sort in OrderSort.allCases {
            #expect(
                try await store.orders(matching: .all, sort: sort, after: nil, limit: 1_000).items
                    == sort.sorted(documents))
        }
        #expect(
            try await store.orders(matching: OrderFilter(flagged: true), sort: .newestFirst, after: nil, limit: 1_000)
                .items
                == OrderSort.newestFirst.sorted(documents.filter { $0.fraud != nil }))
        #expect(try await store.counts().orders == Int64(documents.count))
        let integrity = try await store.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        #expect(integrity == ["ok"])
        try await store.close()
        #expect(try await version(path) == Schema.version)
    }

    @Test("a store of the first version is brought up to date with all it holds")
    func first() async throws {
        var samples = StoreSamples(seed: 81)
        let documents = samples.documents(1...700)
        try await earlier(documents)
        try await expectWhole(directory.path(), documents)
        // And once more, with nothing to do.
        try await expectWhole(directory.path(), documents)
    }

    @Test("a store whose search index was a B-tree gets its segments, and filters are exact before and after")
    func runs() async throws {
        var samples = StoreSamples(seed: 84)
        let documents = samples.documents(1...700)
        try await withRuns(documents)
        let store = try SQLiteOrderStore(path: directory.path())
        let filter = OrderFilter(customerID: 3)
        let expected = OrderSort.newestFirst.sorted(documents.filter(filter.matches))
        func found() async throws -> [OrderDocument] {
            try await store.orders(matching: filter, sort: .newestFirst, after: nil, limit: 1_000).items
        }
        #expect(try await found() == expected)
        try await store.enterAll()
        #expect(try await found() == expected)
        let tables = try await store.read {
            try String.fetchAll(
                $0, sql: "SELECT name FROM sqlite_master WHERE name GLOB 'search*' OR name GLOB '*changes' ORDER BY 1")
        }
        #expect(tables == ["search_chunks", "search_fences", "search_notes", "search_segments"])
        let entered = try await store.read { try Int.fetchOne($0, sql: "SELECT sum(orders) FROM search_segments") }
        #expect(entered == documents.count)
        try await store.close()
        try await expectWhole(directory.path(), documents)
    }

    @Test("a process that is killed while it migrates leaves the earlier version, and the next start completes it")
    func killed() async throws {
        var samples = StoreSamples(seed: 82)
        let documents = samples.documents(1...700)
        try await earlier(documents)
        let queue = try DatabaseQueue(path: directory.path())
        let copy = directory.path("copy.sqlite")
        let path = directory.path()
        try await queue.writeWithoutTransaction { db in
            // Pages go to the write-ahead log before the transaction ends.
            try db.execute(sql: "PRAGMA cache_size = 1")
            try db.inTransaction(.immediate) {
                for step in Schema.migrations[1...] { try db.execute(sql: step) }
                for suffix in ["", "-wal"] {
                    try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
                }
                return .rollback
            }
        }
        try queue.close()
        #expect(try await version(copy) == 1)
        try await expectWhole(copy, documents)
    }

    @Test("a disk that is full while it migrates leaves the earlier version as it was, and says so")
    func full() async throws {
        var samples = StoreSamples(seed: 83)
        let documents = samples.documents(1...700)
        try await earlier(documents)
        let queue = try DatabaseQueue(path: directory.path())
        await #expect(throws: DatabaseError.self) {
            try await queue.writeWithoutTransaction { db in
                let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                try db.execute(sql: "PRAGMA max_page_count = \(pages)")
                try Schema.migrate(db)
            }
        }
        try queue.close()
        #expect(try await version(directory.path()) == 1)
        try await expectWhole(directory.path(), documents)
    }
}
