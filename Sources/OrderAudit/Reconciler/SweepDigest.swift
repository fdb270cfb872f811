import OrderEvents

/// A sum over orders in sixteen bytes: two sets of orders that differ in any count or amount of any country and
/// currency have different digests, but for one chance in 2^50 or less.
///
/// Amounts count modulo 2^64, which no fault of a service is a multiple of.
///
/// Each count and amount of each pair of country and currency is multiplied by a number of its own, drawn from a secret
/// seed, and added up modulo 2^64. So digests can be added and subtracted like the sums that they stand for.
struct SweepDigest: Hashable, Sendable {
    private(set) var sum: UInt64 = 0
    var late: Int64 = 0

    static let zero = SweepDigest()

    mutating func add(_ cell: AggregateCell, seed: UInt64) {
        let base = BitMixer.mix(seed ^ (UInt64(cell.country.packed) << 32 | UInt64(cell.currency.packed)))
        let tally = cell.tally
        add(tally.orders, base, 1)
        add(tally.sales, base, 2)
        add(tally.cancelled, base, 3)
        add(tally.paid, base, 4)
        add(tally.paidAmount, base, 5)
        add(tally.declined, base, 6)
        add(tally.declinedAmount, base, 7)
        add(tally.flagged, base, 8)
        add(tally.flaggedAmount, base, 9)
    }

    @inline(__always)
    private mutating func add(_ value: some FixedWidthInteger, _ base: UInt64, _ field: UInt64) {
        if value != 0 { sum &+= UInt64(truncatingIfNeeded: value) &* (BitMixer.mix(base &+ field) | 1) }
    }

    mutating func add(_ other: SweepDigest) {
        sum &+= other.sum
        late &+= other.late
    }

    static func - (left: SweepDigest, right: SweepDigest) -> SweepDigest {
        var result = left
        result.sum &-= right.sum
        result.late &-= right.late
        return result
    }

    init() {}

    init(_ aggregate: Aggregate, seed: UInt64) {
        for cell in aggregate.cells { add(cell, seed: seed) }
        late = aggregate.late
    }
}
