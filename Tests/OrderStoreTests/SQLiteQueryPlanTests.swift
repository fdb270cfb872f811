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

    @Test("no query of the API scans a table without a bound, or sorts")
    func plans() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        var queries = [OrderQuery.one, OrderQuery.ascending, OrderQuery.alerts, AggregateRow.selectWindows]
        var samples = StoreSamples(seed: 51)
        for filter in [OrderFilter.all] + (0..<50).map({ _ in samples.filter() }) {
            let query = OrderQuery(filter)
            queries += [query.page, query.floor]
        }
        for sql in queries {
            let steps = try await plan(sql, store)
            #expect(steps.count == 1 && steps[0].hasPrefix("SEARCH"), "\(sql): \(steps)")
        }
        try await store.close()
    }

    @Test("the queries without a condition walk an order that is there already, up to their limit")
    func walks() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        // The newest orders: down the primary key, ten rows. Totals: a row for each partition.
        #expect(try await plan(OrderQuery.newest, store) == ["SCAN orders"])
        #expect(try await plan(AggregateRow.selectTotals, store) == ["SCAN totals"])
        // Counting flagged orders reads their index only.
        #expect(try await plan(OrderQuery.flaggedCount, store) == ["SCAN orders USING COVERING INDEX orders_flagged"])
        try await store.close()
    }

    @Test("alerts and flagged orders come from their partial indexes")
    func indexes() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        #expect(try await plan(OrderQuery.alerts, store).first?.contains("orders_by_detection") == true)
        let flagged = OrderQuery(OrderFilter(country: .germany, flagged: true))
        #expect(try await plan(flagged.page, store).first?.contains("orders_flagged") == true)
        #expect(try await plan(flagged.floor, store).first?.contains("COVERING INDEX orders_flagged") == true)
        let unflagged = OrderQuery(OrderFilter(flagged: false))
        #expect(try await plan(unflagged.page, store).first?.contains("INTEGER PRIMARY KEY") == true)
        try await store.close()
    }
}

extension Statement {
    fileprivate var sqliteParameterCount: Int {
        // Numbered parameters: the highest number counts.
        (1...20).last { sql.contains("?\($0)") } ?? 0
    }
}
