import Foundation
import OrderEvents
import OrderStore

/// How fast each filter of the list of orders answers over millions of orders, and what its index costs the sink:
/// `make store-filters`. Prints a table; see docs/BENCHMARKS.md.
@main
struct StoreFilters {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let orders = arguments.first.flatMap { Int64($0) } ?? 5_000_000
        let directory = arguments.dropFirst().first ?? NSTemporaryDirectory()
        let path = directory + "/store-filters-\(ProcessInfo.processInfo.processIdentifier).sqlite"
        defer { remove(path) }
        try await compareWriting(path, orders: min(orders, 1_000_000))
        let store = try SQLiteOrderStore(path: path)
        let rate = try await write(store, 0..<orders, revisions: 1)
        print("\(orders) orders written at \(Int(rate)) a second, the index being kept beside")
        let began = ContinuousClock.now
        try await store.completeSearchIndex()
        print("the index was complete \(began.duration(to: .now)) after the last of them")
        try await measureFilters(store, orders: orders)
        try await store.close()
        let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64 ?? 0
        print("the file has \(bytes >> 20) MB")
    }

    static func remove(_ path: String) {
        // What is left lies in a temporary directory.
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    /// Without and with the index, in turn, on new files: new orders, then their payments.
    static func compareWriting(_ path: String, orders: Int64) async throws {
        for round in 1...3 {
            for isIndexed in round % 2 == 0 ? [true, false] : [false, true] {
                remove(path)
                var options = SQLiteOrderStore.Options()
                options.keepsSearchIndex = isIndexed
                let store = try SQLiteOrderStore(path: path, options: options)
                let rate = try await write(store, 0..<orders, revisions: 2)
                print("round \(round), \(isIndexed ? "with" : "without") the index: \(Int(rate)) upserts a second")
                try await store.close()
            }
        }
        remove(path)
    }

    /// Batches of 2,000 as the sink writes them. Returns upserts a second.
    static func write(_ store: SQLiteOrderStore, _ range: Range<Int64>, revisions: Int64) async throws -> Double {
        let made = Documents()
        var spent = Duration.zero
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 2_000) {
            let numbers = start..<min(start + 2_000, range.upperBound)
            for revision in 1...revisions {
                let batch = StoreBatch(orders: numbers.map { made.document($0, isPaid: revision == revisions, revision) })
                let began = ContinuousClock.now
                try await store.apply(batch)
                spent += began.duration(to: .now)
            }
        }
        return Double(Int64(range.count) * revisions) / (spent / .seconds(1))
    }

    static func measureFilters(_ store: SQLiteOrderStore, orders: Int64) async throws {
        print("filter                            values   page   p50 ms   p99 ms   max ms  full pages")
        for (name, filters) in Filters.all(orders: orders) {
            for sort in [OrderSort.newestFirst, .oldestFirst] {
                var times: [Double] = []
                var full = 0
                for round in 0..<400 {
                    let filter = filters[round % filters.count]
                    let began = ContinuousClock.now
                    let page = try await store.orders(matching: filter, sort: sort, after: nil, limit: 50)
                    times.append(began.duration(to: .now) / .milliseconds(1))
                    if page.items.count == 50 || page.next == nil { full += 1 }
                }
                times.sort()
                func figure(_ value: Double) -> String { String(format: "%8.2f", value) }
                let title = "\(name) \(sort.rawValue)".padding(toLength: 32, withPad: " ", startingAt: 0)
                print(
                    title, String(format: "%6d     50", filters.count), figure(times[200]), figure(times[396]),
                    figure(times[399]), "   \(full * 100 / 400) %")
            }
        }
    }
}
