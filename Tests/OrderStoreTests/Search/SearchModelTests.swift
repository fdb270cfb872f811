import GRDB
import OrderEvents
import TestSupport
import Testing

@testable import OrderStore

/// Random histories against a list: orders come and change, the keeper works a step at a time, processes end between any
/// two transactions, and a second process keeps the same file. Every list is read in pages, both ways.
@Suite("The search index against a model")
struct SearchModelTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// So small that each history merges several times.
    private func options(_ random: inout SeededGenerator) -> SQLiteOrderStore.Options {
        var options = SQLiteOrderStore.Options()
        options.search.flushOrders = Int.random(in: 5...60, using: &random)
        options.search.flushNotes = Int.random(in: 2...8, using: &random)
        options.search.fanIn = Int.random(in: 2...4, using: &random)
        options.search.staleFacets = Int64.random(in: 1...20, using: &random)
        options.search.sliceChunks = Int.random(in: 1...4, using: &random)
        options.search.chunkBytes = Int.random(in: 64...300, using: &random)
        options.search.backfillOrders = Int.random(in: 10...50, using: &random)
        options.search.restingFlushOrders = Int.random(in: 5...60, using: &random)
        options.search.pageWork = [1, 3_000, 300_000].randomElement(using: &random)!
        options.search.staleRows = Int.random(in: 0...3, using: &random)
        return options
    }

    private func opened(_ options: SQLiteOrderStore.Options) async throws -> SQLiteOrderStore {
        let store = try SQLiteOrderStore(path: directory.path(), options: options)
        // Steps are taken by the test alone.
        await store.searchKeeper.stop()
        return store
    }

    @Test("whatever happened, every filter's pages are the model's", arguments: Seeds.first(3))
    func history(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var samples = StoreSamples(seed: seed)
        let options = options(&random)
        var stores = [try await opened(options), try await opened(options)]
        var model: [Int64: OrderDocument] = [:]
        var nextID: Int64 = 1
        for _ in 0..<120 {
            let chosen = Int.random(in: 0...1, using: &random)
            switch random.next() % 20 {
            case 0..<5:
                let count = Int64.random(in: 1...40, using: &random)
                let documents = samples.documents(nextID..<nextID + count)
                nextID += count
                try await apply(documents, to: stores[chosen], &model)
            case 5..<9:
                let ids = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                    Int64.random(in: 1...nextID, using: &random)
                }
                try await apply(changed(Set(ids).sorted(), model, &samples, &random), to: stores[chosen], &model)
            case 9:
                // A process ends, whatever it was about to do, and another one opens the file.
                try await stores[chosen].close()
                stores[chosen] = try await opened(options)
            case 10:
                // As if the index were made of the rows that are there.
                try await stores[chosen].write {
                    try $0.execute(sql: "UPDATE counters SET value = 0 WHERE name = 'search_backfill' AND value = -1")
                }
            case 11..<13:
                let filter = samples.filter()
                try await expectPages(stores[chosen], filter, model, limit: Int.random(in: 1...60, using: &random))
            default:
                let flushesAll = random.next() % 8 == 0
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    _ = try await stores[chosen].searchStep(flushesAll: flushesAll)
                }
            }
        }
        for isDone in [false, true] {
            if isDone { try await stores[0].enterAll() }
            for _ in 0..<12 { try await expectPages(stores[1], samples.filter(), model, limit: 17) }
        }
        try await expectTidy(stores[0], orders: model.count)
        for store in stores { try await store.close() }
    }

    @Test(
        "pages that are read while orders come and change have each order that stays exactly once",
        arguments: Seeds.first(3))
    func stable(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var samples = StoreSamples(seed: 1_000 + seed)
        let store = try await opened(options(&random))
        var model: [Int64: OrderDocument] = [:]
        try await apply(samples.documents(1...300), to: store, &model)
        var nextID: Int64 = 301
        for round in 0..<6 {
            let filter = samples.filter()
            let sort = [OrderSort.newestFirst, .oldestFirst][round % 2]
            // Orders whose created_at changes may move to what was read already, or away from it.
            let before = model.mapValues(\.order.createdAt)
            var (always, ever, moved) = (Set<Int64>(), Set<Int64>(), Set<Int64>())
            func note(isFirst: Bool) {
                for (id, createdAt) in before where model[id]?.order.createdAt != createdAt { moved.insert(id) }
                let matching = Set(model.values.filter(filter.matches).map(\.order.id.rawValue))
                always = isFirst ? matching : always.intersection(matching)
                ever.formUnion(matching)
            }
            note(isFirst: true)
            var found: [OrderDocument] = []
            var (pages, cursor): (Int, OrderCursor?) = (0, nil)
            repeat {
                let page = try await store.orders(matching: filter, sort: sort, after: cursor, limit: 7)
                found += page.items
                (pages, cursor) = (pages + 1, page.next)
                // What is written at each page must not outrun the pages.
                guard pages < 40 else { continue }
                let ids = (0..<6).map { _ in Int64.random(in: 1..<nextID, using: &random) } + [nextID, nextID + 1]
                nextID += 2
                try await apply(changed(Set(ids).sorted(), model, &samples, &random), to: store, &model)
                note(isFirst: false)
                _ = try await store.searchStep(flushesAll: random.next() % 4 == 0)
            } while cursor != nil
            let ids = found.map(\.order.id.rawValue)
            let stayed = always.subtracting(moved)
            #expect(stayed.isSubset(of: ids) && ever.isSuperset(of: ids), "\(filter) \(sort)")
            #expect(found == sort.sorted(found))
            for id in stayed { #expect(ids.count { $0 == id } == 1) }
        }
        try await store.close()
    }

    private func apply(
        _ documents: [OrderDocument], to store: SQLiteOrderStore, _ model: inout [Int64: OrderDocument]
    ) async throws {
        try await store.apply(StoreBatch(orders: documents))
        for document in documents where document.revision > model[document.order.id.rawValue]?.revision ?? 0 {
            model[document.order.id.rawValue] = document
        }
    }

    /// Newer revisions, and some that are not; some are orders that were not there.
    private func changed(
        _ ids: [Int64], _ model: [Int64: OrderDocument], _ samples: inout StoreSamples, _ random: inout SeededGenerator
    ) -> [OrderDocument] {
        ids.map { id in
            let revision = (model[id]?.revision ?? 0) + Int64.random(in: 0...2, using: &random)
            var document = samples.document(id, revision: max(1, revision))
            if random.next() % 4 == 0 {
                document.order.createdAt = document.order.createdAt.advanced(byMilliseconds: revision)
            }
            return document
        }
    }

    private func expectPages(
        _ store: SQLiteOrderStore, _ filter: OrderFilter, _ model: [Int64: OrderDocument], limit: Int
    ) async throws {
        for sort in [OrderSort.newestFirst, .oldestFirst] {
            let expected = sort.sorted(model.values.filter(filter.matches))
            var found: [OrderDocument] = []
            var position: PagePosition?
            repeat {
                let page = try await store.orders(matching: filter, sort: sort, at: position, limit: limit)
                #expect(page.items.count <= limit)
                found += page.items
                position = page.next.map { .after($0) }
            } while position != nil
            #expect(found == expected, "\(filter) \(sort)")
            // Back again, from the last one.
            guard let last = expected.last else { continue }
            var back: [OrderDocument] = []
            position = .before(OrderCursor(orderID: last.order.id, moment: last.order.createdAt))
            while let place = position {
                let page = try await store.orders(matching: filter, sort: sort, at: place, limit: limit)
                back = page.items + back
                position = page.previous.map { .before($0) }
            }
            #expect(back == expected.dropLast(), "\(filter) \(sort), backwards")
        }
    }

    /// Once all is done, no chunk or fence is left of a segment that is gone.
    private func expectTidy(_ store: SQLiteOrderStore, orders: Int) async throws {
        try await store.read { db in
            let segments = try SearchSegment.all(db)
            #expect(segments.allSatisfy { $0.state == .live })
            #expect(segments.reduce(0) { $0 + $1.orders } >= Int64(orders))
            let chunks = segments.reduce(0) { $0 + $1.chunks }
            for table in ["search_chunks", "search_fences"] {
                #expect(try Int64.fetchOne(db, sql: "SELECT count(*) FROM \(table)") == chunks)
            }
            for segment in segments {
                var stream = try segment.stream(after: nil, db)
                var last: SearchEntry?
                while let entry = try stream.next() {
                    if let last { #expect(last < entry) }
                    #expect((segment.oldest...segment.newest).contains(entry.moment))
                    last = entry
                }
            }
        }
    }
}
