import GRDB
import OrderEvents
import Testing

@testable import OrderStore

@Suite("Plans of the SQLite store's queries")
struct SQLiteQueryPlanTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// The steps that SQLite would take.
    private func plan(_ sql: String, _ store: SQLiteOrderStore) async throws -> [String] {
        try await store.read { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + sql,
                arguments: StatementArguments(
                    Array(repeating: 1, count: try db.makeStatement(sql: sql).sqliteParameterCount))
            )
            .map { $0["detail"] as String }
        }
    }

    /// Whether each table access begins at a place of an index or of the primary key, and nothing is sorted.
    private func isSearch(_ steps: [String]) -> Bool {
        steps.contains { $0.hasPrefix("SEARCH") }
            && steps.allSatisfy { step in
                ["SEARCH", "MERGE (UNION ALL)", "LEFT", "RIGHT", "CO-ROUTINE"].contains { step.hasPrefix($0) }
                    // A row of what is inside, as it comes.
                    || step.hasPrefix("SCAN (subquery")
            }
    }

    @Test("no query of the API scans a table without a bound, or sorts")
    func plans() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        var queries = [
            OrderQuery.one, OrderQuery.ascending, OrderWalk.alerts.rows(), OrderWalk.newest.rows(),
            AggregateRow.selectWindows, SearchSQL.rowsToEnter, SearchSQL.chunk, SearchSQL.chunkBefore,
            SearchSQL.firstChunk, SearchSQL.segmentKeys, SearchSQL.forgetNotes, SearchSQL.removeChunks,
            SearchSQL.removeFences, SearchSQL.removeAllFences, SearchSQL.removeSegment, SearchSQL.counter,
        ]
        var samples = StoreSamples(seed: 51)
        for filter in [OrderFilter.all] + (0..<50).map({ _ in samples.filter() }) {
            for sort in OrderSort.allCases {
                let query = OrderQuery(filter, sort: sort)
                queries += [query.page, query.walk.place]
            }
        }
        for sql in queries {
            let steps = try await plan(sql, store)
            #expect(isSearch(steps), "\(sql): \(steps)")
        }
        try await store.close()
    }

    @Test("the queries without a condition walk an order that is there already")
    func walks() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        // Totals: a row for each partition.
        #expect(try await plan(AggregateRow.selectTotals, store) == ["SCAN totals"])
        // Counting flagged orders reads their index only.
        #expect(
            try await plan(OrderQuery.flaggedCount, store) == [
                "SEARCH orders USING COVERING INDEX orders_by_detection (detected_at>?)"
            ])
        try await store.close()
    }

    @Test("each filter by itself is read from runs of the search index, or from an index of its own")
    func filters() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        let single = [
            OrderFilter(status: .cancelled), OrderFilter(country: .germany), OrderFilter(currency: .eur),
            OrderFilter(payment: .declined), OrderFilter(payment: OrderFilter.PaymentState.none),
            OrderFilter(payment: .refundDue), OrderFilter(customerID: 7), OrderFilter(minimumAmount: 1),
            OrderFilter(maximumAmount: 1), OrderFilter(flagged: true),
        ]
        for filter in single {
            let query = OrderQuery(filter)
            #expect((OrderSearch(filter, .newestFirst, query) != nil) != query.walk.isFlaggedOnly, "\(filter)")
        }
        // A run begins at the cursor itself, not only at its key.
        #expect(
            try await plan(SearchSQL.chunkBefore, store) == [
                "SEARCH search_fences USING PRIMARY KEY (segment=? AND (key,created_at,id)<(?,?,?))"
            ])
        #expect(
            try await plan(SearchSQL.chunk, store) == ["SEARCH search_chunks USING INTEGER PRIMARY KEY (rowid=?)"])
        // Bounded by what the keeper lets gather, and by the page.
        #expect(try await plan(SearchSQL.notes, store) == ["SCAN search_notes"])
        #expect(try await plan(SearchSQL.segments, store) == ["SCAN search_segments"])
        try await store.close()
    }

    @Test("a page by time begins within the millisecond of its cursor, and another begins at the next")
    func seeks() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        for (walk, index) in [
            (OrderWalk.newest, "orders_by_time"), (OrderWalk.alerts, "orders_by_detection"),
            (OrderWalk(key: .created, isDescending: true, isFlaggedOnly: true), "orders_flagged"),
        ] {
            let searches = try await plan(walk.rows(), store).filter { $0.hasPrefix("SEARCH") }
            let moment = walk.key?.rawValue ?? ""
            #expect(
                searches == [
                    "SEARCH orders USING INDEX \(index) (\(moment)=? AND rowid<?)",
                    "SEARCH orders USING INDEX \(index) (\(moment)>? AND \(moment)<?)",
                ])
            // The index alone tells the place; SQLite reads the row of a flagged one all the same.
            let places = try await plan(walk.place, store).filter { $0.hasPrefix("SEARCH") }
            #expect(places.allSatisfy { $0.contains("COVERING") } == !walk.isFlaggedOnly)
        }
        try await store.close()
    }

    @Test("times bound the walk, flagged orders come from their index, identities from the primary key")
    func indexes() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        let times = OrderFilter(from: StoreSamples.start, to: StoreSamples.start.advanced(byMilliseconds: 60_000))
        #expect(!OrderQuery(times).isSearch)
        #expect(OrderQuery(times).start.moment == StoreSamples.start.millisecondsSinceEpoch + 60_000)
        #expect(OrderQuery(times).end == StoreSamples.start.millisecondsSinceEpoch)
        #expect(OrderQuery(times, sort: .lowestIDFirst).isSearch)
        let flagged = OrderFilter(country: .germany, flagged: true)
        #expect(try await plan(OrderQuery(flagged).page, store).contains { $0.contains("orders_flagged") })
        for sort in [OrderSort.highestIDFirst, .lowestIDFirst] {
            #expect(
                try await plan(OrderQuery(flagged, sort: sort).page, store).contains {
                    $0.contains("INTEGER PRIMARY KEY")
                })
        }
        #expect(
            try await plan(OrderQuery(OrderFilter(flagged: false)).page, store).contains {
                $0.contains("orders_by_time")
            })
        try await store.close()
    }
}

extension Statement {
    fileprivate var sqliteParameterCount: Int {
        // Numbered parameters: the highest number counts.
        (1...20).last { sql.contains("?\($0)") } ?? 0
    }
}
