import OrderEvents

extension Audit {
    /// Sums the documents again and compares every window and total, per partition, exactly; then the store's with the topic's.
    mutating func checkAggregates() {
        var expected: [AggregateKey: Aggregate] = [:]
        for entry in entries.values {
            guard let document = entry.document else { continue }
            for window in [AggregateWindow.allTime, .minute(of: document.order)] {
                let key = AggregateKey(window: window, partition: entry.documentPartition)
                do {
                    var sum = expected[key] ?? Aggregate(window: window, partition: entry.documentPartition)
                    try sum.change(from: nil, to: document)
                    sum.late += window.lateness(of: document)
                    expected[key] = sum
                } catch {
                    find(.aggregate, name(key), "cannot be summed: \(error)")
                }
            }
        }
        noteAggregates(aggregates.count)
        for (key, sum) in expected {
            guard let logged = aggregates[key] else {
                find(.aggregate, name(key), "is missing on order-analytics")
                continue
            }
            if logged.cells != sum.cells || logged.late != sum.late {
                find(.aggregate, name(key), "differs from the sum of its orders: \(difference(logged, sum))")
            }
        }
        for (key, logged) in aggregates where expected[key] == nil && !logged.cells.isEmpty && isLogComplete {
            find(.aggregate, name(key), "counts orders that have no document")
        }
        for (key, logged) in aggregates where aggregatesDue[key] == true {
            guard let stored = storedAggregates[key] else {
                find(.store, name(key), "is on order-analytics, but not in the store")
                continue
            }
            if stored.revision < logged.revision {
                find(.store, name(key), "is at revision \(stored.revision) in the store, \(logged.revision) on order-analytics")
            } else if stored.revision == logged.revision, stored.cells != logged.cells || stored.late != logged.late {
                find(.store, name(key), "differs between the store and order-analytics")
            }
        }
    }

    private func name(_ key: AggregateKey) -> String {
        switch key.window {
        case .allTime: "totals of partition \(key.partition)"
        case .minute(let start): "window \(start) of partition \(key.partition)"
        }
    }

    private func difference(_ logged: Aggregate, _ sum: Aggregate) -> String {
        func orders(_ aggregate: Aggregate) -> Int64 { aggregate.cells.reduce(0) { $0 + $1.tally.orders } }
        func sales(_ aggregate: Aggregate) -> Int64 { aggregate.cells.reduce(0) { $0 &+ $1.tally.sales } }
        return "\(orders(logged)) orders and \(sales(logged)) minor units instead of \(orders(sum)) and \(sales(sum)); late \(logged.late) instead of \(sum.late)"
    }
}
