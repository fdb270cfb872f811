import Foundation
import OrderStore

/// Writes batches of 2,000 as the sink does in a flood: each order, and some batches later its payment. In turns without
/// and with the search index; with it until the keeper has caught up.
struct WritingCost {
    static let batch = 2_000
    /// Batches by which payments lag behind orders.
    static let lag = 10

    let directory: URL
    let orders: Int
    let turns: Int

    private struct Cost {
        /// Processor time of an upsert, in microseconds: of the writing, and until all is done.
        var writing: Double
        var whole: Double
        /// Upserts a second, by the clock, while the sink writes.
        var rate: Double
    }

    func run() async throws {
        let batches = batches()
        var costs: [Bool: [Cost]] = [:]
        for turn in 0..<turns {
            for isIndexed in turn % 2 == 0 ? [false, true] : [true, false] {
                costs[isIndexed, default: []].append(try await cost(batches, isIndexed: isIndexed))
            }
        }
        report(plain: costs[false] ?? [], indexed: costs[true] ?? [])
    }

    private func batches() -> [StoreBatch] {
        let samples = SampleOrders()
        let ranges = stride(from: 0, to: orders, by: Self.batch).map { $0..<min($0 + Self.batch, orders) }
        var batches: [StoreBatch] = []
        for place in 0..<ranges.count + Self.lag {
            if place < ranges.count {
                batches.append(StoreBatch(orders: samples.documents(ranges[place], isPaid: false)))
            }
            if place >= Self.lag {
                batches.append(StoreBatch(orders: samples.documents(ranges[place - Self.lag], isPaid: true)))
            }
        }
        return batches
    }

    private func cost(_ batches: [StoreBatch], isIndexed: Bool) async throws -> Cost {
        let path = directory.appendingPathComponent("writes-\(UUID().uuidString).sqlite").path
        var options = SQLiteOrderStore.Options()
        options.keepsSearchIndex = isIndexed
        let store = try SQLiteOrderStore(path: path, options: options)
        let upserts = Double(batches.reduce(0) { $0 + $1.orders.count })
        let (began, beganCPU) = (ContinuousClock.now, processorSeconds())
        for batch in batches { try await store.apply(batch) }
        let (took, writing) = (began.duration(to: .now).seconds, processorSeconds() - beganCPU)
        await store.finishSearchIndex()
        let whole = processorSeconds() - beganCPU
        try await store.close()
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
        return Cost(writing: writing / upserts * 1e6, whole: whole / upserts * 1e6, rate: upserts / took)
    }

    private func report(plain: [Cost], indexed: [Cost]) {
        print("\(orders) orders and their payments in batches of \(Self.batch), \(turns) turns. µs of CPU an upsert:\n")
        print("| | each turn, until the keeper has caught up | median | while the sink writes | upserts/s |")
        print("|---|---|---|---|---|")
        for (name, costs) in [("without the index", plain), ("with it", indexed)] {
            let each = costs.map { text($0.whole) }.joined(separator: " ")
            let (whole, writing) = (costs.map(\.whole).median, costs.map(\.writing).median)
            let rate = text(costs.map(\.rate).median, 0)
            print("| \(name) | \(each) | \(text(whole)) | \(text(writing)) | \(rate) |")
        }
        func loss(_ value: (Cost) -> Double) -> String {
            text((indexed.map(value).median / plain.map(value).median - 1) * 100, 1)
        }
        print(
            "\nThe index costs \(loss(\.whole)) % of the store's CPU; the sink's rate changes by \(loss(\.rate)) %.\n")
    }
}
