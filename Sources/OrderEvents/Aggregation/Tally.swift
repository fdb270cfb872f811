/// What a set of orders adds up to, within one country and currency.
///
/// Counts, and sums in the currency's minor units. A difference of two tallies may be negative.
public struct Tally: Hashable, Sendable {
    /// Orders of any status.
    public var orders: Int64 = 0
    /// The amount of the orders that are not cancelled.
    public var sales: Int64 = 0
    public var cancelled: Int64 = 0
    public var paid: Int64 = 0
    public var paidAmount: Int64 = 0
    public var declined: Int64 = 0
    public var declinedAmount: Int64 = 0
    /// Orders with a fraud alert.
    public var flagged: Int64 = 0
    public var flaggedAmount: Int64 = 0

    public static let zero = Tally()

    public init() {}

    /// - Throws: `.overflow`; the left side is then unchanged.
    public static func += (left: inout Tally, right: Tally) throws(EventError) {
        var overflow = false
        let sum = left.combined(right) { (a, b) in
            let (result, didOverflow) = a.addingReportingOverflow(b)
            overflow = overflow || didOverflow
            return result
        }
        guard !overflow else { throw overflowError }
        left = sum
    }

    /// - Throws: `.overflow`; the left side is then unchanged.
    public static func -= (left: inout Tally, right: Tally) throws(EventError) {
        var overflow = false
        let difference = left.combined(right) { (a, b) in
            let (result, didOverflow) = a.subtractingReportingOverflow(b)
            overflow = overflow || didOverflow
            return result
        }
        guard !overflow else { throw overflowError }
        left = difference
    }

    @inline(__always)
    private func combined(_ other: Tally, _ combine: (Int64, Int64) -> Int64) -> Tally {
        var result = Tally()
        result.orders = combine(orders, other.orders)
        result.sales = combine(sales, other.sales)
        result.cancelled = combine(cancelled, other.cancelled)
        result.paid = combine(paid, other.paid)
        result.paidAmount = combine(paidAmount, other.paidAmount)
        result.declined = combine(declined, other.declined)
        result.declinedAmount = combine(declinedAmount, other.declinedAmount)
        result.flagged = combine(flagged, other.flagged)
        result.flaggedAmount = combine(flaggedAmount, other.flaggedAmount)
        return result
    }

    /// The same counts without the amounts: what may be added up over currencies.
    public var countsOnly: Tally {
        var result = self
        result.sales = 0
        result.paidAmount = 0
        result.declinedAmount = 0
        result.flaggedAmount = 0
        return result
    }

    private static var overflowError: EventError {
        EventError(.overflow, detail: "a sum of amounts exceeds 64 bits of minor units")
    }
}
