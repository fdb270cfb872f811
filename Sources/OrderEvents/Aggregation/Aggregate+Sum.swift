extension Aggregate {
    /// Adds the cells and the late count of the same window in another partition.
    ///
    /// - Throws: `.overflow` or `.tooLarge`; the aggregate is then incomplete and not to be used.
    public mutating func add(_ other: Aggregate) throws(EventError) {
        for cell in other.cells { try add(cell.tally, cell.country, cell.currency) }
        let (sum, overflow) = late.addingReportingOverflow(other.late)
        guard !overflow else { throw EventError(.overflow, detail: "a count of late events exceeds 64 bits") }
        late = sum
        revision = max(revision, other.revision)
        updatedAt = max(updatedAt, other.updatedAt)
    }

    /// One aggregate for each window, summed over its partitions (``allPartitions``), all time first, then by start.
    ///
    /// - Throws: `.overflow` or `.tooLarge`.
    public static func summed(_ aggregates: some Sequence<Aggregate>) throws(EventError) -> [Aggregate] {
        var sums: [AggregateWindow: Aggregate] = [:]
        for aggregate in aggregates {
            var sum = sums[aggregate.window] ?? Aggregate(window: aggregate.window, partition: allPartitions)
            try sum.add(aggregate)
            sums[aggregate.window] = sum
        }
        return sums.values.sorted { $0.window.order < $1.window.order }
    }

    /// The counts over all countries and currencies; the amounts, which don't add up over currencies, are 0.
    ///
    /// - Throws: `.overflow`.
    public func counts() throws(EventError) -> Tally {
        var sum = Tally()
        for cell in cells { try sum += cell.tally.countsOnly }
        return sum
    }

    /// The tally of each currency over all countries, alphabetical.
    ///
    /// - Throws: `.overflow`.
    public func byCurrency() throws(EventError) -> [(currency: Currency, tally: Tally)] {
        var sums: [Currency: Tally] = [:]
        for cell in cells {
            var sum = sums[cell.currency] ?? .zero
            try sum += cell.tally
            sums[cell.currency] = sum
        }
        return sums.sorted { $0.key < $1.key }.map { (currency: $0.key, tally: $0.value) }
    }

    /// The cells of each country, alphabetical; its counts over currencies with the amounts 0.
    ///
    /// - Throws: `.overflow`.
    public func byCountry() throws(EventError) -> [(country: CountryCode, counts: Tally, cells: [AggregateCell])] {
        var groups: [(country: CountryCode, counts: Tally, cells: [AggregateCell])] = []
        for cell in cells {
            if groups.last?.country != cell.country { groups.append((cell.country, .zero, [])) }
            try groups[groups.count - 1].counts += cell.tally.countsOnly
            groups[groups.count - 1].cells.append(cell)
        }
        return groups
    }
}

extension AggregateWindow {
    /// All time first, then by start.
    fileprivate var order: Int64 {
        switch self {
        case .allTime: -1
        case .minute(let start): start.millisecondsSinceEpoch
        }
    }
}
