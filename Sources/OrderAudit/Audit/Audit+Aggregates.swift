import OrderEvents

extension Audit {
    /// What is known of one window in one partition.
    struct WindowAccount: Sendable {
        /// The sum of the documents.
        var expected: Aggregate?
        /// The latest on order-analytics at the point where the documents are summed.
        var logged: Aggregate?
        /// The latest of all.
        var latest: StoredSide.StoredAggregate?
        /// The sink has committed it.
        var isStoreDue = false
        var isUnstorable = false

        mutating func log(_ aggregate: Aggregate, isSummed: Bool, isStored: Bool, isUnstorable: Bool) {
            if !isSummed { logged = aggregate }
            latest = StoredSide.StoredAggregate(aggregate)
            isStoreDue = isStored
            self.isUnstorable = isUnstorable
        }

        mutating func count(_ document: OrderDocument, _ key: AggregateKey) throws(EventError) {
            if expected == nil { expected = Aggregate(window: key.window, partition: key.partition) }
            try expected!.change(from: nil, to: document)
            expected!.late += key.window.lateness(of: document)
        }
    }

    /// Adds up the partition's documents as they stand. Called where the log of order-analytics was cut for the sums,
    /// else at its end.
    mutating func sumDocuments() {
        isSummed = true
        for index in table.entries.indices {
            guard let document = table.entries[index].document else { continue }
            for window in [AggregateWindow.allTime, .minute(of: document.order)] {
                let key = AggregateKey(window: window, partition: partition)
                do {
                    try windows[key, default: WindowAccount()].count(document, key)
                } catch {
                    find(.aggregate, name(key), "cannot be summed: \(error)")
                }
            }
        }
    }

    /// Compares every window and total of the partition with the sum of its orders, and with the store.
    mutating func checkAggregates() {
        for (key, account) in windows where key.partition == partition {
            if account.logged != nil { counts.aggregates += 1 }
            check(key, account)
            windows[key] = nil
        }
    }

    private mutating func check(_ key: AggregateKey, _ account: WindowAccount) {
        let sum = account.expected ?? Aggregate(window: key.window, partition: key.partition)
        guard let logged = account.logged else {
            find(.aggregate, name(key), "is missing on order-analytics")
            return
        }
        if logged.cells != sum.cells || logged.late != sum.late {
            find(.aggregate, name(key), "differs from the sum of its orders: \(difference(logged, sum))")
        }
        checkStored(key, account)
    }

    func name(_ key: AggregateKey) -> String {
        switch key.window {
        case .allTime: "totals of partition \(key.partition)"
        case .minute(let start): "window \(start) of partition \(key.partition)"
        }
    }

    /// The first cells that differ, or the late count.
    private func difference(_ logged: Aggregate, _ sum: Aggregate) -> String {
        var parts = Audit.differences(logged, sum)
        if logged.late != sum.late { parts.append("late is \(logged.late) instead of \(sum.late)") }
        let more = parts.count > 3 ? "; and \(parts.count - 3) more" : ""
        return parts.prefix(3).joined(separator: "; ") + more
    }

    /// Each cell that differs: `US/USD has 3 orders, sales 10.00 … instead of …`.
    static func differences(_ found: Aggregate, _ expected: Aggregate) -> [String] {
        struct Cell: Hashable {
            var country: CountryCode
            var currency: Currency
        }
        func cells(_ aggregate: Aggregate) -> [Cell: Tally] {
            Dictionary(aggregate.cells.map { (Cell(country: $0.country, currency: $0.currency), $0.tally) }) {
                first, _ in first
            }
        }
        let (mine, theirs) = (cells(found), cells(expected))
        let keys = Set(mine.keys).union(theirs.keys).sorted {
            ("\($0.country)", $0.currency) < ("\($1.country)", $1.currency)
        }
        return keys.compactMap { key in
            let (a, b) = (mine[key] ?? .zero, theirs[key] ?? .zero)
            guard a != b else { return nil }
            return "\(key.country)/\(key.currency) has \(text(a, key.currency)) instead of \(text(b, key.currency))"
        }
    }

    private static func text(_ tally: Tally, _ currency: Currency) -> String {
        func money(_ sum: MinorUnits) -> String {
            var text = JSONBytes(capacity: 64)
            text.append(sum: sum, of: currency)
            return text.description
        }
        return
            "\(tally.orders) orders, sales \(money(tally.sales)), \(tally.cancelled) cancelled, \(tally.paid) paid \(money(tally.paidAmount)), "
            + "\(tally.declined) declined \(money(tally.declinedAmount)), \(tally.flagged) flagged \(money(tally.flaggedAmount))"
    }
}
