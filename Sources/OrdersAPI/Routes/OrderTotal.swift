import OrderEvents
import OrderStore

/// How many orders a filter has, where the totals tell: counting them would read them.
///
/// The totals count by country and currency, and in each of them the cancelled, paid, declined and flagged orders.
enum OrderTotal {
    /// nil where only counting could tell.
    static func of(_ filter: OrderFilter, in live: LiveState) -> Int64? {
        guard filter.customerID == nil, filter.from == nil, filter.to == nil, filter.minimumAmount == nil,
            filter.maximumAmount == nil
        else { return nil }
        if filter.payment == .refundDue {
            guard filter.country == nil, filter.status == nil || filter.status == .cancelled, filter.flagged == nil
            else { return nil }
            return live.refunds.filter { filter.currency == nil || $0.currency == filter.currency }
                .reduce(0) { $0 + $1.orders }
        }
        guard let count = count(filter) else { return nil }
        return live.totals().cells.reduce(0) { sum, cell in
            let isAsked =
                (filter.country == nil || cell.country == filter.country)
                && (filter.currency == nil || cell.currency == filter.currency)
            return isAsked ? sum + count(cell.tally) : sum
        }
    }

    /// What of a tally counts the orders that pass; nil where none does.
    private static func count(_ filter: OrderFilter) -> ((Tally) -> Int64)? {
        switch (filter.status, filter.payment, filter.flagged) {
        case (nil, nil, nil): { $0.orders }
        case (.cancelled, nil, nil): { $0.cancelled }
        case (nil, .paid, nil): { $0.paid }
        case (nil, .declined, nil): { $0.declined }
        case (nil, nil, true): { $0.flagged }
        case (nil, nil, false): { $0.orders - $0.flagged }
        default: nil
        }
    }
}
