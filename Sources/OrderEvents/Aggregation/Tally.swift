/// What a set of orders adds up to, within one country and currency.
///
/// Counts, and sums in the currency's minor units. A difference of two tallies may be negative. Adding up never fails:
/// the sums are wide enough for all the orders that there can be, and a count, of which that holds as well, would stop
/// at the end of 64 bits.
public struct Tally: Hashable, Sendable {
    /// Orders of any status.
    public var orders: Int64 = 0
    /// The amount of the orders that are not cancelled.
    public var sales: MinorUnits = 0
    /// Orders whose latest status is CANCELLED.
    public var cancelled: Int64 = 0
    /// Orders with a payment that was taken.
    public var paid: Int64 = 0
    /// The amounts of these payments.
    public var paidAmount: MinorUnits = 0
    /// Orders whose payment was declined.
    public var declined: Int64 = 0
    /// The amounts of these payments.
    public var declinedAmount: MinorUnits = 0
    /// Orders with a fraud alert.
    public var flagged: Int64 = 0
    /// The amounts of the orders with an alert.
    public var flaggedAmount: MinorUnits = 0

    /// No orders at all.
    public static let zero = Tally()

    /// No orders at all.
    public init() {}

    /// Adds every count and sum.
    public static func += (left: inout Tally, right: Tally) {
        left.combine(right, { $0.saturating($0.addingReportingOverflow($1), towards: $1 < 0) }, { $0 &+ $1 })
    }

    /// Subtracts every count and sum; the result may be negative.
    public static func -= (left: inout Tally, right: Tally) {
        left.combine(right, { $0.saturating($0.subtractingReportingOverflow($1), towards: $1 > 0) }, { $0 &- $1 })
    }

    @inline(__always)
    private mutating func combine(
        _ other: Tally, _ count: (Int64, Int64) -> Int64, _ sum: (MinorUnits, MinorUnits) -> MinorUnits
    ) {
        orders = count(orders, other.orders)
        sales = sum(sales, other.sales)
        cancelled = count(cancelled, other.cancelled)
        paid = count(paid, other.paid)
        paidAmount = sum(paidAmount, other.paidAmount)
        declined = count(declined, other.declined)
        declinedAmount = sum(declinedAmount, other.declinedAmount)
        flagged = count(flagged, other.flagged)
        flaggedAmount = sum(flaggedAmount, other.flaggedAmount)
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
}

extension Int64 {
    /// The result of a step, or the end of the range that it went past.
    @inline(__always)
    fileprivate func saturating(_ result: (partialValue: Int64, overflow: Bool), towards isLow: Bool) -> Int64 {
        result.overflow ? (isLow ? .min : .max) : result.partialValue
    }
}
