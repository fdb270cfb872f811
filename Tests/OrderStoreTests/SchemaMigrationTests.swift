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
