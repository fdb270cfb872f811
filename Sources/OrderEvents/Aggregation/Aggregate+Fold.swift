extension OrderDocument {
    /// What this document adds to the aggregates: one cell, or several where the payment or the alert
    /// was in another currency than the order has now. The country is always the order's.
    public var contributions: [AggregateCell] {
        var order = Tally()
        order.orders = 1
        if self.order.status == .cancelled {
            order.cancelled = 1
        } else {
            order.sales = MinorUnits(self.order.amount.minorUnits)
        }
        var cells = [cell(self.order.amount.currency, order)]
        if let payment { cells.append(cell(payment.amount.currency, OrderDocument.tally(payment))) }
        if let fraud { cells.append(cell(fraud.amount.currency, OrderDocument.tally(fraud))) }
        return cells
    }

    /// The contribution where all of it is in the order's own currency, which nearly always holds; nil otherwise.
    @inline(__always)
    var singleContribution: Tally? {
        var tally = Tally()
        tally.orders = 1
        if order.status == .cancelled { tally.cancelled = 1 } else { tally.sales = MinorUnits(order.amount.minorUnits) }
        if let payment {
            guard payment.amount.currency == order.amount.currency else { return nil }
            let part = OrderDocument.tally(payment)
            tally.paid = part.paid
            tally.paidAmount = part.paidAmount
            tally.declined = part.declined
            tally.declinedAmount = part.declinedAmount
        }
        if let fraud {
            guard fraud.amount.currency == order.amount.currency else { return nil }
            tally.flagged = 1
            tally.flaggedAmount = MinorUnits(fraud.amount.minorUnits)
        }
        return tally
    }

    @inline(__always)
    private static func tally(_ payment: Payment) -> Tally {
        var tally = Tally()
        switch payment.status {
        case .paid:
            tally.paid = 1
            tally.paidAmount = MinorUnits(payment.amount.minorUnits)
        case .declined:
            tally.declined = 1
            tally.declinedAmount = MinorUnits(payment.amount.minorUnits)
        case .refunded: break  // neither earned nor refused
        }
        return tally
    }

    private static func tally(_ fraud: FraudAlert) -> Tally {
        var tally = Tally()
        tally.flagged = 1
        tally.flaggedAmount = MinorUnits(fraud.amount.minorUnits)
        return tally
    }

    private func cell(_ currency: Currency, _ tally: Tally) -> AggregateCell {
        AggregateCell(country: order.country, currency: currency, tally: tally)
    }
}

extension Aggregate {
    /// Takes the step from an order's old document to its new one. A document whose order belongs to another
    /// window counts for nothing here, so that an order that moves to another minute is subtracted in one
    /// aggregate and added in the other. `revision`, `updatedAt` and `late` are the caller's.
    ///
    /// - Throws: `.tooLarge` beyond ``maximumCells``; the aggregate is then unchanged.
    public mutating func change(from old: OrderDocument?, to new: OrderDocument?) throws(EventError) {
        let old = old.flatMap { window.contains($0.order.createdAt) ? $0 : nil }
        let new = new.flatMap { window.contains($0.order.createdAt) ? $0 : nil }
        if try changeOneCell(from: old, to: new) { return }
        let before = cells
        do throws(EventError) {
            for cell in old?.contributions ?? [] {
                var negative = Tally()
                negative -= cell.tally
                try add(negative, cell.country, cell.currency)
            }
            for cell in new?.contributions ?? [] { try add(cell.tally, cell.country, cell.currency) }
        } catch {
            cells = before
            throw error
        }
    }

    /// The usual step: both documents in one cell. False if it is another.
    @inline(__always)
    private mutating func changeOneCell(from old: OrderDocument?, to new: OrderDocument?) throws(EventError) -> Bool {
        guard let new, var difference = new.singleContribution else { return false }
        if let old {
            guard old.order.country == new.order.country, old.order.amount.currency == new.order.amount.currency,
                let previous = old.singleContribution
            else { return false }
            difference -= previous
        }
        try add(difference, new.order.country, new.order.amount.currency)
        return true
    }

    /// Adds to one cell, which comes and goes as its tally is or is not zero.
    mutating func add(_ tally: Tally, _ country: CountryCode, _ currency: Currency) throws(EventError) {
        guard cells.count < Aggregate.maximumCells || tally == .zero || has(country, currency) else {
            throw EventError(
                .tooLarge,
                detail: "more than \(Aggregate.maximumCells) pairs of country and currency in one aggregate")
        }
        sum(tally, country, currency)
    }

    private func has(_ country: CountryCode, _ currency: Currency) -> Bool {
        let key = AggregateCell.sortKey(country, currency)
        let place = firstIndex(atOrAfter: key)
        return place < cells.count && cells[place].sortKey == key
    }

    /// The same without a bound on the number of cells: for what is not published.
    mutating func sum(_ tally: Tally, _ country: CountryCode, _ currency: Currency) {
        let key = AggregateCell.sortKey(country, currency)
        let place = firstIndex(atOrAfter: key)
        if place < cells.count, cells[place].sortKey == key {
            cells[place].tally += tally
            if cells[place].tally == .zero { cells.remove(at: place) }
        } else if tally != .zero {
            cells.insert(AggregateCell(country: country, currency: currency, tally: tally), at: place)
        }
    }

    private func firstIndex(atOrAfter key: UInt64) -> Int {
        var low = 0
        var high = cells.count
        while low < high {
            let middle = (low + high) / 2
            if cells[middle].sortKey < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
