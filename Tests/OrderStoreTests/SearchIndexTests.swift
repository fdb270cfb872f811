import GRDB
import OrderEvents
import Testing

@testable import OrderStore

@Suite("The search index of the SQLite store")
struct SearchIndexTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func all(_ store: SQLiteOrderStore, _ filter: OrderFilter, _ sort: OrderSort) async throws
        -> [OrderDocument]
    {
        var found: [OrderDocument] = []
        var cursor: OrderCursor?
        repeat {
            let page = try await store.orders(matching: filter, sort: sort, after: cursor, limit: 37)
            found += page.items
            cursor = page.next
        } while cursor != nil
        return found
    }

    private func expectExact(_ store: SQLiteOrderStore, _ documents: [OrderDocument], seed: UInt64) async throws {
        var samples = StoreSamples(seed: seed)
        for round in 0..<60 {
            let filter = samples.filter()
            let sort = OrderSort.allCases[round % 2]
            #expect(
                try await all(store, filter, sort) == sort.sorted(documents.filter(filter.matches)), "\(filter) \(sort)"
            )
        }
    }

    @Test("a filter is exact whether all, some or none of the orders have been entered")
    func exact() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        // Nobody enters anything but this test.
        await store.searchKeeper.stop()
        var samples = StoreSamples(seed: 91)
        var documents = samples.documents(1...900)
        try await store.apply(StoreBatch(orders: documents))
        try await expectExact(store, documents, seed: 1)
        try await store.completeSearchIndex()
        try await expectExact(store, documents, seed: 2)
        // Every order changes, created_at, amount and customer included; half of the changes are entered.
        for revision in [2, 3] as [Int64] {
            let changed = samples.documents(revision == 2 ? 1...900 : 450...1_000, revision: revision).map { document in
                var document = document
                document.order.createdAt = document.order.createdAt.advanced(byMilliseconds: revision)
                document.order.amount.minorUnits *= revision
                return document
            }
            documents.removeAll { old in changed.contains { $0.order.id == old.order.id } }
            documents += changed
            try await store.apply(StoreBatch(orders: changed))
            if revision == 2 { try await store.completeSearchIndex() }
            try await expectExact(store, documents, seed: 3)
        }
        try await store.completeSearchIndex()
        try await expectExact(store, documents, seed: 4)
        try await store.close()
    }

    @Test("with more orders noted than a reader looks at, the list is walked and just as exact")
    func behind() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        await store.searchKeeper.stop()
        var samples = StoreSamples(seed: 92)
        let documents = samples.documents(1...Int64(OrderSearch.maximumPending + 500))
        try await store.apply(StoreBatch(orders: documents))
        try await expectExact(store, documents, seed: 5)
        try await store.close()
    }

    @Test("the keeper enters what was written, and orders from before the index was there")
    func kept() async throws {
        var samples = StoreSamples(seed: 93)
        let documents = samples.documents(1...3_000)
        var options = SQLiteOrderStore.Options()
        options.keepsSearchIndex = false
        let former = try SQLiteOrderStore(path: directory.path(), options: options)
        try await former.apply(StoreBatch(orders: documents))
        try await former.write { try $0.execute(sql: "UPDATE counters SET value = 0 WHERE name = 'search_backfill'") }
        try await former.close()
        let store = try SQLiteOrderStore(path: directory.path())
        try await store.apply(StoreBatch(orders: [samples.document(3_001)]))
        await store.searchKeeper.finish()
        let entered = try await store.read { db in
            try [
                "SELECT count(*) FROM search_facets", "SELECT count(*) FROM search_runs",
                "SELECT count(*) FROM order_changes",
            ]
            .map { try Int.fetchOne(db, sql: $0) ?? -1 }
        }
        #expect(entered == [3_001, 3 * 3_001, 0])
        try await store.close()
    }

    @Test(
        "the keeper rests the longer, the more the sink writes",
        arguments: [(nil, 0, 0), (10, 0.9, 24), (10, 0.2, 3), (60, 0.9, 0)] as [(Int?, Double, Int)])
    func rest(_ milliseconds: Int?, _ share: Double, _ expected: Int) {
        #expect(
            SearchKeeper.rest(sinceLastWrite: milliseconds.map { .milliseconds($0) }, writingShare: share) == expected)
    }

    @Test("steps of the scale of amounts rise with the amount and hold what is within an eighth")
    func scale() {
        var last = -1
        var amounts = Array(0...5_000 as ClosedRange<Int64>)
        for exponent in 13..<63 {
            let power = Int64(1) << Int64(exponent)
            amounts += [power, power + power / 2]
        }
        for amount in amounts {
            let step = AmountScale.step(of: amount)
            #expect(step >= last)
            last = step
        }
        #expect(AmountScale.step(of: .max) < 512)
        #expect(AmountScale.step(of: 480_000) != AmountScale.step(of: 560_000))
    }
}
