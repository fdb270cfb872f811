extension Aggregate {
    /// Adds the cells and the late count of the same window in another partition. The sum may have more than
    /// ``maximumCells``: it is for reading, and is not published.
    public mutating func add(_ other: Aggregate) {
        for cell in other.cells { sum(cell.tally, cell.country, cell.currency) }
        let (sum, overflow) = late.addingReportingOverflow(other.late)
        late = overflow ? (other.late < 0 ? .min : .max) : sum
        revision = max(revision, other.revision)
        updatedAt = max(updatedAt, other.updatedAt)
    }

    /// One aggregate for each window, summed over its partitions (``allPartitions``), all time first, then by start.
    public static func summed(_ aggregates: some Sequence<Aggregate>) -> [Aggregate] {
        var sums: [AggregateWindow: Aggregate] = [:]
        for aggregate in aggregates {
            var sum = sums[aggregate.window] ?? Aggregate(window: aggregate.window, partition: allPartitions)
            sum.add(aggregate)
            sums[aggregate.window] = sum
        }
        return sums.values.sorted { $0.window.order < $1.window.order }
    }

    /// The counts over all countries and currencies; the amounts, which don't add up over currencies, are 0.
    public func counts() -> Tally {
        var sum = Tally()
        for cell in cells { sum += cell.tally.countsOnly }
        return sum
    }

    /// The tally of each currency over all countries, alphabetical.
    public func byCurrency() -> [(currency: Currency, tally: Tally)] {
        var sums: [Currency: Tally] = [:]
        for cell in cells {
            var sum = sums[cell.currency] ?? .zero
            sum += cell.tally
            sums[cell.currency] = sum
        }
        return sums.sorted { $0.key < $1.key }.map { (currency: $0.key, tally: $0.value) }
    }

    /// The cells of each country, alphabetical; its counts over currencies with the amounts 0.
    public func byCountry() -> [(country: CountryCode, counts: Tally, cells: [AggregateCell])] {
        var groups: [(country: CountryCode, counts: Tally, cells: [AggregateCell])] = []
        for cell in cells {
            if groups.last?.country != cell.country { groups.append((cell.country, .zero, [])) }
            groups[groups.count - 1].counts += cell.tally.countsOnly
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
