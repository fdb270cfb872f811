import OrderEvents

/// The HTTP API's forms of aggregates. All take a sum over partitions.
extension JSONWriter {
    /// `{"orders":…,"cancelled":…,"late":…,"payments":{…},"fraud":{…},"currencies":[…]}`
    ///
    /// `sales` is the amount of the orders that are not cancelled; `paid` of all that were paid, of which `refund_due`
    /// is owed back because the order was cancelled afterwards.
    mutating func totals(_ aggregate: Aggregate, _ refunds: [RefundsDue]) {
        let counts = aggregate.counts()
        object { json in
            json.member("orders", counts.orders)
            json.member("cancelled", counts.cancelled)
            json.member("late", aggregate.late)
            json.object("payments") {
                $0.member("paid", counts.paid)
                $0.member("declined", counts.declined)
                $0.member("refund_due", refunds.reduce(0) { $0 + $1.orders })
            }
            json.object("fraud") {
                $0.member("alerts", counts.flagged)
                $0.key("rate")
                $0.ratio(counts.flagged, of: counts.orders)
            }
            json.array("currencies", aggregate.byCurrency()) { json, sum in
                json.object {
                    $0.member("currency", sum.currency)
                    $0.member("orders", sum.tally.orders)
                    $0.member("sales", sum: sum.tally.sales, of: sum.currency)
                    $0.member("paid", sum: sum.tally.paidAmount, of: sum.currency)
                    let due = refunds.first { $0.currency == sum.currency }
                    $0.member("refund_due", sum: due?.amount ?? 0, of: sum.currency)
                    $0.member("declined", sum: sum.tally.declinedAmount, of: sum.currency)
                    $0.member("flagged", sum: sum.tally.flaggedAmount, of: sum.currency)
                }
            }
        }
    }

    /// `{"start":…,"orders":…,…,"late":…,"sales":[…],"countries":[…]}`
    mutating func point(_ aggregate: Aggregate, by breakdown: APIRoutes.Breakdown?) {
        guard case .minute(let start) = aggregate.window else { return null() }
        let counts = aggregate.counts()
        object { json in
            json.member("start", start)
            json.counts(counts)
            json.member("late", aggregate.late)
            json.sales(aggregate.byCurrency().map { ($0.currency, $0.tally.sales) })
            switch breakdown {
            case .country: json.countries(aggregate)
            case .currency: json.currencies(aggregate)
            case .status: json.statuses(counts)
            case nil: break
            }
        }
    }

    private mutating func currencies(_ aggregate: Aggregate) {
        array("currencies", aggregate.byCurrency()) { json, sum in
            json.object {
                $0.member("currency", sum.currency)
                $0.counts(sum.tally)
                $0.member("sales", sum: sum.tally.sales, of: sum.currency)
            }
        }
    }

    /// What the sums tell of the statuses: CREATED and CONFIRMED are counted as one.
    private mutating func statuses(_ counts: Tally) {
        array("statuses", [("ACTIVE", counts.orders - counts.cancelled), ("CANCELLED", counts.cancelled)]) {
            json, entry in
            json.object {
                $0.member("status", entry.0)
                $0.member("orders", entry.1)
            }
        }
    }

    /// The member `"countries":[{"country":…,"orders":…,…,"sales":[…]}]`.
    mutating func countries(_ aggregate: Aggregate) {
        array("countries", aggregate.byCountry()) { json, country in
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

    private mutating func sales(_ sums: [(Currency, MinorUnits)]) {
        array("sales", sums) { json, sum in
            json.object {
                $0.member("currency", sum.0)
                $0.member("amount", sum: sum.1, of: sum.0)
            }
        }
    }
}
