import OrderEvents

/// A key of the search index: one integer for each value that orders are looked for by.
///
/// A *facet* is a combination of country, currency, status and payment: a shop has tens to a few hundred of them, so that
/// one entry of an order serves every filter over the four. Others are a customer, and a step on a scale of amounts.
/// ``update`` is one key by itself: the orders that older segments may have another facet of.
enum SearchKey {
    private enum Kind: Int64 {
        case facet = 1
        case customer = 2
        case amount = 3
        case update = 4

        /// Above 60 bits for the value.
        var base: Int64 { rawValue << valueBits }
    }

    private static let valueBits: Int64 = 60

    private static let paymentBits = 3
    private static let statusBits = 2
    private static let currencyBits = 27
    private static let countryShift = currencyBits + statusBits + paymentBits

    static let update = Kind.update.base

    /// Customers whose numbers differ above 60 bits share a key: who reads it checks the order.
    static func customer(_ id: Int64) -> Int64 { Kind.customer.base | id & (1 << valueBits - 1) }

    /// From the columns of a row; `payment` is nil where there is none yet.
    static func facet(country: Int64, currency: Int64, status: Int64, payment: Int64?) -> Int64 {
        Kind.facet.base | country << Int64(countryShift) | currency << Int64(statusBits + paymentBits)
            | status << Int64(paymentBits) | (payment.map { $0 + 1 } ?? 0)
    }

    static func amount(scaled: Int64) -> Int64 { Kind.amount.base | Int64(AmountScale.step(of: scaled)) }

    @inline(__always)
    static func kind(_ key: Int64) -> Int64 { key >> valueBits }
    static func isKnown(_ key: Int64) -> Bool { Kind(rawValue: kind(key)) != nil }
    @inline(__always)
    static func isFacet(_ key: Int64) -> Bool { kind(key) == Kind.facet.rawValue }
    @inline(__always)
    static func isAmount(_ key: Int64) -> Bool { kind(key) == Kind.amount.rawValue }

    /// The keys that facets of the filter lie between.
    static func facets(_ filter: OrderFilter) -> ClosedRange<Int64> {
        let (low, high): (Int64, Int64) = filter.country.map { (Int64($0.packed), Int64($0.packed)) } ?? (0, 0xFFFF)
        return
            (Kind.facet.base | low << Int64(countryShift))...(Kind.facet.base | ((high + 1) << Int64(countryShift)) - 1)
    }

    static func amounts(_ filter: OrderFilter) -> ClosedRange<Int64> {
        let low = max(0, filter.minimumAmount ?? 0)
        return amount(scaled: low)...amount(scaled: max(low, filter.maximumAmount ?? .max))
    }

    /// Whether orders of this facet may pass the filter: what it says of country, currency, status and payment.
    static func passes(_ facet: Int64, _ filter: OrderFilter) -> Bool {
        let payment = facet & (1 << Int64(paymentBits) - 1)
        let status = facet >> Int64(paymentBits) & (1 << Int64(statusBits) - 1)
        let currency = facet >> Int64(statusBits + paymentBits) & (1 << Int64(currencyBits) - 1)
        let country = facet >> Int64(countryShift) & 0xFFFF
        if let wanted = filter.country, Int64(wanted.packed) != country { return false }
        if let wanted = filter.currency, Int64(wanted.packed) != currency { return false }
        if let wanted = filter.status, Int64(wanted.rawValue) != status { return false }
        return switch filter.payment {
        case nil: true
        case .some(.none): payment == 0
        case .paid: payment == Int64(PaymentStatus.paid.rawValue) + 1
        case .declined: payment == Int64(PaymentStatus.declined.rawValue) + 1
        case .refunded: payment == Int64(PaymentStatus.refunded.rawValue) + 1
        case .refundDue:
            payment == Int64(PaymentStatus.paid.rawValue) + 1 && status == Int64(OrderStatus.cancelled.rawValue)
        }
    }
}

/// Amounts of all currencies on one scale: ten-thousandths of a unit, which every minor unit is a multiple of.
package enum AmountScale {
    /// Ten-thousandths of a unit for each minor unit of a currency with so many decimals.
    static func factor(decimals: Int) -> Int64 {
        var factor: Int64 = 1
        for _ in decimals..<OrderFilter.amountDecimals { factor *= 10 }
        return factor
    }

    /// The end of 64 bits for what is beyond: amounts near the largest one of a currency without decimals.
    package static func scaled(minorUnits: Int64, decimals: Int) -> Int64 {
        let (product, overflow) = minorUnits.multipliedReportingOverflow(by: factor(decimals: decimals))
        return overflow ? .max : product
    }

    /// Eight steps for each doubling: a step has the amounts within a tenth of each other.
    static func step(of scaled: Int64) -> Int {
        guard scaled >= 8 else { return Int(max(0, scaled)) }
        let exponent = Int64.bitWidth - 1 - scaled.leadingZeroBitCount
        return 8 * (exponent - 2) + Int(scaled >> Int64(exponent - 3) & 7)
    }

    /// The same scale in SQL, from the columns of a row.
    static let sql = """
        amount * CASE currency >> 24 WHEN 2 THEN 100 WHEN 0 THEN 10000 WHEN 3 THEN 10 WHEN 1 THEN 1000 ELSE 1 END
        """
}
