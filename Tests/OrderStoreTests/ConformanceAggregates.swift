import OrderEvents
import OrderStore
import Testing

extension OrderStoreConformance {
    static let aggregates = [
        StoreCheck("windows are found by their start, then partition, end excluded") { store in
            var all: [Aggregate] = []
            for minute in 0..<10 as Range<Int64> {
                for partition in [0, 5, Int32.max] as [Int32] {
                    all.append(
                        StoreSamples.aggregate(
                            StoreSamples.minute(minute), partition: partition, revision: 1, orders: minute + 1))
                }
            }
            try await store.apply(StoreBatch(aggregates: all.shuffled()))
            func found(_ from: Int64, _ to: Int64) async throws -> [Aggregate] {
                try await store.aggregates(
                    from: StoreSamples.start.advanced(byMilliseconds: from),
                    to: StoreSamples.start.advanced(byMilliseconds: to))
            }
            #expect(try await found(0, 600_000) == all)
            #expect(try await found(60_000, 180_000) == Array(all[3..<9]))
            // A window that began before is not in, one that begins just before the end is.
            #expect(try await found(1, 60_001) == Array(all[3..<6]))
            #expect(try await found(300_000, 300_000).isEmpty)
            #expect(try await found(300_000, 0).isEmpty)
            #expect(try await store.aggregates(from: .epoch, to: .latest) == all)
            #expect(try await store.counts().windows == 30)
            #expect(try await store.totals().isEmpty)
        },
        StoreCheck("only a higher revision replaces an aggregate") { store in
            func write(_ window: AggregateWindow, _ revision: Int64, _ orders: Int64) async throws {
                let aggregate = StoreSamples.aggregate(window, partition: 0, revision: revision, orders: orders)
                try await store.apply(StoreBatch(aggregates: [aggregate]))
            }
            for window in [.allTime, StoreSamples.minute(3)] as [AggregateWindow] {
                try await write(window, 5, 50)
                try await write(window, 4, 40)
                try await write(window, 5, 51)
            }
            #expect(try await store.totals().map { $0.cells[0].tally.orders } == [50])
            try await write(.allTime, 6, 60)
            #expect(try await store.totals().map { $0.cells[0].tally.orders } == [60])
            #expect(try await store.aggregates(from: .epoch, to: .latest).map { $0.cells[0].tally.orders } == [50])
            #expect(try await store.counts().windows == 1)
        },
        StoreCheck("all-time aggregates come by partition") { store in
            let all = (0..<6).map {
                StoreSamples.aggregate(.allTime, partition: $0, revision: 1, orders: Int64($0) + 1)
            }
            try await store.apply(StoreBatch(aggregates: all.reversed()))
            #expect(try await store.totals() == all)
            #expect(try await store.counts() == StoreCounts(orders: 0, flagged: 0, windows: 0))
        },
        StoreCheck("readers see documents whole and never older, while they are being written") { store in
            var samples = StoreSamples(seed: 22)
            let first = samples.documents(1...20)
            try await store.apply(StoreBatch(orders: first))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for revision in 2...30 as ClosedRange<Int64> {
                        var batch = first
                        for place in batch.indices { batch[place].revision = revision }
                        try await store.apply(StoreBatch(orders: batch))
                    }
                }
                for _ in 0..<3 {
                    group.addTask {
                        var last: [OrderID: Int64] = [:]
                        while last.values.min() ?? 0 < 30 {
                            let seen = try await store.newestOrders(limit: 40, until: .latest)
                            #expect(seen.count == 20)
                            for document in seen {
                                #expect(document.revision >= last[document.order.id, default: 0])
                                last[document.order.id] = document.revision
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        },
        StoreCheck("readers see batches whole, while they are being written", isAboutWholeBatches: true) { store in
            var samples = StoreSamples(seed: 21)
            let first = samples.documents(1...40)
            try await store.apply(
                StoreBatch(orders: first, aggregates: [StoreSamples.aggregate(.allTime, partition: 0, revision: 1)]))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for revision in 2...60 as ClosedRange<Int64> {
                        var batch = first
                        for place in batch.indices { batch[place].revision = revision }
                        try await store.apply(StoreBatch(orders: batch))
                    }
                }
                for _ in 0..<3 {
                    group.addTask {
                        var last: Int64 = 0
                        while last < 60 {
                            let seen = Set(try await store.newestOrders(limit: 40, until: .latest).map(\.revision))
                            #expect(seen.count == 1)
                            let revision = seen.max() ?? 0
                            #expect(revision >= last)
                            last = max(last, revision)
                        }
                    }
                }
                try await group.waitForAll()
            }
        },
    ]
}
