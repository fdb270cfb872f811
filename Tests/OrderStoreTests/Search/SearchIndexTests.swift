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
        for round in 0..<24 {
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
        try await store.enterAll()
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
            if revision == 2 { try await store.enterAll() }
            try await expectExact(store, documents, seed: 3)
        }
        try await store.enterAll()
        try await expectExact(store, documents, seed: 4)
        try await store.close()
    }

    @Test("with more orders noted than a reader looks at, the list is walked and just as exact")
    func behind() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        await store.searchKeeper.stop()
        var samples = StoreSamples(seed: 92)
        let documents = samples.documents(1...600)
        try await store.apply(StoreBatch(orders: documents))
        try await store.write {
            // A note beyond the bound, which a reader does not get to read.
            try $0.execute(
                sql: "INSERT INTO search_notes (orders, entries) VALUES (?, x'')",
                arguments: [NotedOrders.maximumOrders])
        }
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
        options.keepsSearchIndex = true
        options.search.flushOrders = 100
        options.search.backfillOrders = 700
        let store = try SQLiteOrderStore(path: directory.path(), options: options)
        let late = samples.documents(3_001...3_200)
        try await store.apply(StoreBatch(orders: late))
        await store.searchKeeper.finish()
        let entered = try await store.read { db in
            try ["SELECT sum(orders) FROM search_segments WHERE state = 1", "SELECT count(*) FROM search_notes"]
                .map { try Int.fetchOne(db, sql: $0) ?? -1 }
        }
        // Those that came while the former ones were entered may have been entered twice.
        #expect((3_200...3_400).contains(entered[0]) && entered[1] == 0)
        try await expectExact(store, documents + late, seed: 6)
        try await store.close()
    }

    @Test("what is written again with nothing new is not noted")
    func unchanged() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        await store.searchKeeper.stop()
        var samples = StoreSamples(seed: 94)
        let documents = samples.documents(1...50, revision: 2)
        try await store.apply(StoreBatch(orders: documents))
        try await store.apply(StoreBatch(orders: documents))
        try await store.apply(StoreBatch(orders: samples.documents(1...50, revision: 1)))
        let noted = try await store.read { try Int.fetchAll($0, sql: "SELECT orders FROM search_notes") }
        #expect(noted == [50])
        try await expectExact(store, documents, seed: 7)
        try await store.close()
    }

    @Test("a page of unpaid orders looks at few of those that have been paid since")
    func superseded() async throws {
        var options = SQLiteOrderStore.Options()
        options.search.flushOrders = 500
        options.search.staleFacets = 100
        let store = try SQLiteOrderStore(path: directory.path(), options: options)
        await store.searchKeeper.stop()
        var samples = StoreSamples(seed: 95)
        var documents = samples.documents(1...3_000)
        for place in documents.indices { documents[place].payment = nil }
        try await store.apply(StoreBatch(orders: documents))
        for place in documents.indices where place % 1_000 != 0 {
            let order = documents[place].order
            documents[place].payment = Payment(
                orderID: order.id, customerID: order.customerID, status: .paid, amount: order.amount,
                country: order.country, declineReason: nil, processedAt: order.createdAt)
            documents[place].revision += 1
        }
        try await store.apply(StoreBatch(orders: documents))
        try await store.enterAll()
        let unpaid = try await store.read { db in
            let live = try SearchSegment.all(db).filter { $0.state == .live }
            return try live.reduce(0) { count, segment in
                var stream = try segment.stream(after: nil, db)
                var count = count
                while let entry = try stream.next() {
                    if SearchKey.passes(entry.key, OrderFilter(payment: OrderFilter.PaymentState.none)),
                        SearchKey.isFacet(entry.key)
                    {
                        count += 1
                    }
                }
                return count
            }
        }
        #expect(unpaid == 3)
        try await expectExact(store, documents, seed: 8)
        try await store.close()
    }

    @Test("a page looks at a bounded number of entries, and all pages together miss nothing")
    func bounded() async throws {
        var options = SQLiteOrderStore.Options()
        // No merge: all facets that were superseded stay.
        options.search.staleFacets = .max
        options.search.pageWork = 40_000
        let store = try SQLiteOrderStore(path: directory.path(), options: options)
        await store.searchKeeper.stop()
        var samples = StoreSamples(seed: 96)
        var documents = samples.documents(1...9_000)
        for place in documents.indices { documents[place].order.status = .created }
        try await store.apply(StoreBatch(orders: documents))
        try await store.enterAll()
        for place in documents.indices where place % 3_000 != 0 {
            documents[place].order.status = .confirmed
            documents[place].revision += 1
        }
        try await store.apply(StoreBatch(orders: documents))
        try await store.enterAll()
        let filter = OrderFilter(status: .created)
        for sort in [OrderSort.newestFirst, .oldestFirst] {
            let first = try await store.orders(matching: filter, sort: sort, after: nil, limit: 37)
            #expect(first.items.count <= 3 && first.next != nil)
            #expect(try await all(store, filter, sort) == sort.sorted(documents.filter(filter.matches)))
        }
        try await store.close()
    }

    @Test("orders that have been paid since, in whichever segment or note, hold up no page of unpaid ones")
    func unpaid() async throws {
        var options = SQLiteOrderStore.Options()
        options.search.staleFacets = .max
        // Enough for the entries, and for a quarter of the orders.
        options.search.pageWork = 150_000
        options.search.flushOrders = 3_000
        let store = try SQLiteOrderStore(path: directory.path(), options: options)
        await store.searchKeeper.stop()
        var samples = StoreSamples(seed: 98)
        var documents = samples.documents(1...9_000)
        for place in documents.indices {
            documents[place].payment = nil
            documents[place].order.createdAt = StoreSamples.start.advanced(byMilliseconds: Int64(place))
        }
        try await store.apply(StoreBatch(orders: documents))
        try await store.enterAll()
        func pay(_ places: Range<Int>) async throws {
            for place in places where place % 4_000 != 0 {
                let order = documents[place].order
                documents[place].payment = Payment(
                    orderID: order.id, customerID: order.customerID, status: .paid, amount: order.amount,
                    country: order.country, declineReason: nil, processedAt: order.createdAt)
                documents[place].revision += 1
            }
            try await store.apply(StoreBatch(orders: Array(documents[places])))
        }
        try await pay(0..<4_000)
        try await store.enterAll()
        try await pay(4_000..<9_000)
        let filter = OrderFilter(payment: OrderFilter.PaymentState.none)
        for sort in [OrderSort.newestFirst, .oldestFirst] {
            let page = try await store.orders(matching: filter, sort: sort, after: nil, limit: 37)
            #expect(page.items == sort.sorted(documents.filter(filter.matches)))
            #expect(page.items.count == 3 && page.next == nil)
        }
        try await store.close()
    }

    @Test("a filter with more keys than a page merges is answered by a walk")
    func wide() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        await store.searchKeeper.stop()
        var samples = StoreSamples(seed: 97)
        var documents = samples.documents(1...1_500)
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let countries = letters.flatMap { first in letters.compactMap { CountryCode(code: "\(first)\($0)") } }
        for place in documents.indices {
            documents[place].order.country = countries[place % countries.count]
            documents[place].order.amount = Money(minorUnits: Int64(place), currency: .usd)
        }
        try await store.apply(StoreBatch(orders: documents))
        try await store.enterAll()
        let keys = try await store.read { db in
            try SearchSegment.all(db).first.flatMap { try $0.keys(db) }?.filter(SearchKey.isFacet).count
        }
        #expect(keys ?? 0 > RunMerge.maximumRuns)
        let filter = OrderFilter(currency: .usd)
        #expect(
            try await all(store, filter, .newestFirst) == OrderSort.newestFirst.sorted(documents.filter(filter.matches))
        )
        try await store.close()
    }

    @Test(
        "the keeper rests the longer, the more the sink writes",
        arguments: [(nil, 0, 0), (10, 0.9, 8), (10, 0.2, 3), (600, 0.9, 0)] as [(Int?, Double, Int)])
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

extension SQLiteOrderStore {
    /// Does all of the keeper's work, whatever waits for more.
    func enterAll() async throws {
        while try await searchStep(flushesAll: true) == .more {}
    }
}
