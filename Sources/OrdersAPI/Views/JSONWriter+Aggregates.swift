import OrderEvents

/// The HTTP API's forms of aggregates. All take a sum over partitions.
extension JSONWriter {
    /// `{"orders":…,"cancelled":…,"late":…,"payments":{…},"fraud":{…},"currencies":[…]}`
    mutating func totals(_ aggregate: Aggregate) {
        let counts = aggregate.countsForView
        object { json in
            json.member("orders", counts.orders)
            json.member("cancelled", counts.cancelled)
            json.member("late", aggregate.late)
            json.object("payments") {
                $0.member("paid", counts.paid)
                $0.member("declined", counts.declined)
            }
            json.object("fraud") {
                $0.member("alerts", counts.flagged)
                $0.key("rate")
                $0.ratio(counts.flagged, of: counts.orders)
            }
            json.array("currencies", aggregate.currenciesForView) { json, sum in
                json.object {
                    $0.member("currency", sum.currency)
                    $0.member("orders", sum.tally.orders)
                    $0.member("sales", Money(minorUnits: sum.tally.sales, currency: sum.currency))
                    $0.member("paid", Money(minorUnits: sum.tally.paidAmount, currency: sum.currency))
                    $0.member("declined", Money(minorUnits: sum.tally.declinedAmount, currency: sum.currency))
                    $0.member("flagged", Money(minorUnits: sum.tally.flaggedAmount, currency: sum.currency))
                }
            }
        }
    }

    /// `{"start":…,"orders":…,…,"late":…,"sales":[…],"countries":[…]}`
    mutating func point(_ aggregate: Aggregate, countries: Bool) {
        guard case .minute(let start) = aggregate.window else { return null() }
        let counts = aggregate.countsForView
        object { json in
            json.member("start", start)
            json.counts(counts)
            json.member("late", aggregate.late)
            json.sales(aggregate.currenciesForView.map { ($0.currency, $0.tally.sales) })
            if countries { json.countries(aggregate) }
        }
    }

    /// The member `"countries":[{"country":…,"orders":…,…,"sales":[…]}]`.
    mutating func countries(_ aggregate: Aggregate) {
        array("countries", aggregate.countriesForView) { json, country in
            json.object {
                $0.member("country", country.country)
                $0.counts(country.counts)
                $0.sales(country.cells.map { ($0.currency, $0.tally.sales) })
            }
        }
    }

    private mutating func counts(_ counts: Tally) {
        member("orders", counts.orders)
        member("cancelled", counts.cancelled)
        member("paid", counts.paid)
        member("declined", counts.declined)
        member("flagged", counts.flagged)
    }

    private mutating func sales(_ sums: [(Currency, Int64)]) {
        array("sales", sums) { json, sum in
            json.object {
                $0.member("currency", sum.0)
                $0.member("amount", Money(minorUnits: sum.1, currency: sum.0))
            }
        }
    }
}

/// Sums that cannot fail where this aggregate itself could be made: it holds each cell's counts, and a count of orders
/// past 64 bits would need more orders than there are ids. Amounts of one currency over many countries could: they stop at the
/// largest number instead of showing a wrong one.
extension Aggregate {
    fileprivate var countsForView: Tally {
        cells.reduce(into: Tally()) { $0.addClamped($1.tally.countsOnly) }
    }

    fileprivate var currenciesForView: [(currency: Currency, tally: Tally)] {
        var sums: [Currency: Tally] = [:]
        for cell in cells { sums[cell.currency, default: .zero].addClamped(cell.tally) }
        return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    fileprivate var countriesForView: [(country: CountryCode, counts: Tally, cells: [AggregateCell])] {
        var groups: [(country: CountryCode, counts: Tally, cells: [AggregateCell])] = []
        for cell in cells {
            if groups.last?.country != cell.country { groups.append((cell.country, .zero, [])) }
            groups[groups.count - 1].counts.addClamped(cell.tally.countsOnly)
            groups[groups.count - 1].cells.append(cell)
        }
        return groups
    }
}

extension Tally {
    /// Adds field by field, stopping at the ends of 64 bits.
    mutating func addClamped(_ other: Tally) {
        orders = Self.clamped(orders, other.orders)
        sales = Self.clamped(sales, other.sales)
        cancelled = Self.clamped(cancelled, other.cancelled)
        paid = Self.clamped(paid, other.paid)
        paidAmount = Self.clamped(paidAmount, other.paidAmount)
        declined = Self.clamped(declined, other.declined)
        declinedAmount = Self.clamped(declinedAmount, other.declinedAmount)
        flagged = Self.clamped(flagged, other.flagged)
        flaggedAmount = Self.clamped(flaggedAmount, other.flaggedAmount)
    }

    private static func clamped(_ a: Int64, _ b: Int64) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? (b < 0 ? .min : .max) : sum
    }
}
