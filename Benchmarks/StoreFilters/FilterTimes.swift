import Foundation
import GRDB
import OrderEvents
import OrderStore

/// Fills a store and asks for pages of each filter by itself, from both ends, the first page and those that follow.
struct FilterTimes {
    static let page = 50
    /// Pages after the first one of each list.
    static let later = 3
    static let rounds = 600

    let directory: URL
    let orders: Int

    private struct Times {
        var wall: [Double] = []
        var processor: [Double] = []
        var items: [Double] = []
    }

    func run() async throws {
        let path = directory.appendingPathComponent("orders.sqlite").path
        let store = try SQLiteOrderStore(path: path)
        let began = (ContinuousClock.now, processorSeconds())
        try await fill(store)
        print("\(orders) orders were written in \(text(began.0.duration(to: .now).seconds, 0)) s.\n")
        print("Straight after the flood, \(try lag(path)):\n")
        try await measure(store)
        await store.finishSearchIndex()
        let took = (began.0.duration(to: .now).seconds, processorSeconds() - began.1)
        print("Once the keeper has caught up, \(text(took.0, 0)) s and \(text(took.1, 0)) s of CPU after the start:")
        print("\(try lag(path)).\n")
        try await measure(store)
        try await plans(path)
        try await store.close()
    }

    /// The last tenth comes as in a flood: orders first, their payments ten batches later.
    private func fill(_ store: SQLiteOrderStore) async throws {
        let samples = SampleOrders()
        let flood = orders / 10 * 9
        for start in stride(from: 0, to: flood, by: 10_000) {
            let range = start..<min(start + 10_000, flood)
            try await store.apply(StoreBatch(orders: samples.documents(range, isPaid: true)))
        }
        let ranges = stride(from: flood, to: orders, by: WritingCost.batch).map {
            $0..<min($0 + WritingCost.batch, orders)
        }
        for place in 0..<ranges.count + WritingCost.lag {
            if place < ranges.count {
                try await store.apply(StoreBatch(orders: samples.documents(ranges[place], isPaid: false)))
            }
            if place >= WritingCost.lag {
                try await store.apply(
                    StoreBatch(orders: samples.documents(ranges[place - WritingCost.lag], isPaid: true)))
            }
        }
    }

    private func lag(_ path: String) throws -> String {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let row = try queue.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT (SELECT coalesce(sum(orders), 0) FROM search_notes),
                        (SELECT count(*) FROM search_segments WHERE state = 1),
                        (SELECT coalesce(sum(chunks), 0) FROM search_segments WHERE state = 1)
                    """)
        }
        try queue.close()
        let size = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0) >> 20
        guard let row else { return "" }
        return
            "\(row[0] as Int) orders noted, \(row[1] as Int) segments of \((row[2] as Int) * 2 / 1_024) MiB, a file of \(size) MiB"
    }

    private func measure(_ store: SQLiteOrderStore) async throws {
        print("| filter | values | pages | orders a page | p50 ms | p99 ms | max ms | CPU p50 | CPU p99 |")
        print("|---|---|---|---|---|---|---|---|---|")
        for filters in Filters.all(orders: orders) {
            var (times, warming) = (Times(), Times())
            for filter in filters.values { try await ask(store, filter, .newestFirst, &warming) }
            for round in 0..<Self.rounds {
                let filter = filters.values[round % filters.values.count]
                let isNewest = round / filters.values.count % 2 == 0
                try await ask(store, filter, isNewest ? .newestFirst : .oldestFirst, &times)
            }
            let (wall, processor) = (times.wall, times.processor)
            let items = times.items.reduce(0, +) / Double(times.items.count)
            print(
                "| \(filters.name) | \(filters.values.count) | \(wall.count) | \(text(items, 1)) | \(text(wall.median)) "
                    + "| \(text(wall.quantile(0.99))) | \(text(wall.max() ?? 0)) | \(text(processor.median)) "
                    + "| \(text(processor.quantile(0.99))) |")
        }
        print("")
    }

    /// The first page and those after it.
    private func ask(
        _ store: SQLiteOrderStore, _ filter: OrderFilter, _ sort: OrderSort, _ times: inout Times
    ) async throws {
        var cursor: OrderCursor?
        for _ in 0...Self.later {
            let (began, beganCPU) = (ContinuousClock.now, processorSeconds())
            let page = try await store.orders(matching: filter, sort: sort, after: cursor, limit: Self.page)
            times.wall.append(began.duration(to: .now).seconds * 1_000)
            times.processor.append((processorSeconds() - beganCPU) * 1_000)
            times.items.append(Double(page.items.count))
            cursor = page.next
            if cursor == nil { return }
        }
    }

    private func plans(_ path: String) async throws {
        print("Query plans:\n")
        let queue = try DatabaseQueue(path: path)
        try await queue.read { db in
            for (name, sql) in SearchSQL.reads {
                let flat = sql.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(
                    separator: " ")
                print("- \(name): `\(flat)`")
                for row in try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: Self.arguments(sql)) {
                    print("  - `\(row["detail"] as String)`")
                }
            }
        }
        try queue.close()
    }

    private static func arguments(_ sql: String) -> StatementArguments {
        StatementArguments(Array(repeating: 1, count: (1...9).last { sql.contains("?\($0)") } ?? 0))
    }
}
