import Foundation
import GRDB
import OrderEvents
import Testing

@testable import OrderStore

/// A directory of its own for each test, removed with the value.
final class TemporaryDirectory: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("order-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func path(_ name: String = "orders.sqlite") -> String { url.appendingPathComponent(name).path }

    deinit {
        // What a test leaves in the temporary directory does no harm.
        try? FileManager.default.removeItem(at: url)
    }
}

@Suite("SQLite order store")
struct SQLiteOrderStoreTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("it conforms to what every order store must do", arguments: OrderStoreConformance.checks)
    func conformance(_ check: StoreCheck) async throws {
        try await orderStoreConformance(check) { try SQLiteOrderStore(path: directory.path()) }
    }

    @Test("what was applied is there after closing and opening again")
    func reopened() async throws {
        var samples = StoreSamples(seed: 41)
        let documents = samples.documents(1...100)
        let first = try SQLiteOrderStore(path: directory.path())
        try await first.apply(
            StoreBatch(orders: documents, aggregates: [StoreSamples.aggregate(.allTime, partition: 2, revision: 1)]))
        _ = try await first.reserveIdempotencyKey("k", requestHash: [1], orderID: OrderID(5)!, now: StoreSamples.start)
        try await first.close()
        let second = try SQLiteOrderStore(path: directory.path())
        #expect(try await second.order(OrderID(77)!) == documents[76])
        #expect(try await second.totals().count == 1)
        #expect(try await second.counts().orders == 100)
        let again = try await second.reserveIdempotencyKey(
            "k", requestHash: [1], orderID: OrderID(6)!, now: StoreSamples.start)
        #expect(again == .inProgress(OrderID(5)!))
        try await second.close()
    }

    @Test("what was applied is in the files at once: a killed process loses nothing")
    func killed() async throws {
        var samples = StoreSamples(seed: 42)
        let documents = samples.documents(1...500)
        let store = try SQLiteOrderStore(path: directory.path())
        try await store.apply(StoreBatch(orders: documents))
        // The files as the disk has them while the store is open: what a restart would find.
        let copy = directory.path("copy.sqlite")
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: directory.path() + suffix, toPath: copy + suffix)
        }
        let restarted = try SQLiteOrderStore(path: copy)
        var seen: [OrderDocument] = []
        try await restarted.scan { seen.append($0) }
        #expect(seen == documents)
        try await restarted.close()
        try await store.close()
    }

    @Test("a search that finds nothing ends its pages early, and all of them together see every order")
    func boundedSearch() async throws {
        var options = SQLiteOrderStore.Options()
        options.maximumScanned = 100
        // With the index there would be one page.
        options.keepsSearchIndex = false
        let store = try SQLiteOrderStore(path: directory.path(), options: options)
        var samples = StoreSamples(seed: 43)
        var documents = samples.documents(1...1_050)
        for place in documents.indices { documents[place].order.customerID = 1 }
        documents[3].order.customerID = 2
        try await store.apply(StoreBatch(orders: documents))
        for (filter, expected) in [(OrderFilter(customerID: 2), 11), (OrderFilter(flagged: true, customerID: 2), 15)] {
            var found: [OrderDocument] = []
            var pages = 0
            var cursor: OrderCursor?
            repeat {
                let page = try await store.orders(matching: filter, sort: .newestFirst, after: cursor, limit: 50)
                found += page.items
                cursor = page.next
                pages += 1
            } while cursor != nil
            #expect(found == OrderSort.newestFirst.sorted(documents.filter(filter.matches)))
            #expect(pages >= expected && pages < expected + 20)
        }
        try await store.close()
    }

    @Test("the pragmas that durability rests on are set on the writer")
    func pragmas() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        let values = try await store.pool.writeThrough { db in
            [
                try Int.fetchOne(db, sql: "PRAGMA synchronous"), try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint"),
                try Int.fetchOne(db, sql: "PRAGMA cache_size"), try Int.fetchOne(db, sql: "PRAGMA user_version"),
            ]
        }
        #expect(values == [2, 10_000, -65_536, Schema.version])
        let mode = try await store.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(mode == "wal")
        try await store.close()
    }

    @Test("the readable view shows people what the codes mean")
    func view() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        try await store.apply(StoreBatch(orders: [StoreSamples(seed: 1).edge]))
        let row = try await store.read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT currency, country, status, created_at, flagged FROM readable_orders")
            return row.map {
                "\($0[0] as String) \($0[1] as String) \($0[2] as String) \($0[3] as String) \($0[4] as Int)"
            }
        }
        #expect(row == "CLF ZW CANCELLED 9999-12-31T23:59:59.999Z 1")
        try await store.close()
    }
}
