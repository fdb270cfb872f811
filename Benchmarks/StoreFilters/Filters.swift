import OrderEvents
import OrderStore

/// Every filter by itself, over common values, rare ones and ones that no order has.
enum Filters {
    static func all(orders: Int64) -> [(String, [OrderFilter])] {
        let countries = ["US", "GB", "DE", "FI", "NO", "IN", "KW", "ZW"].compactMap { CountryCode(code: $0) }
        let currencies = ["USD", "EUR", "SEK", "INR", "KWD", "CLF"].compactMap { Currency(code: $0) }
        let span = orders * 7
        let amounts: [(Int64?, Int64?)] = [
            (480_000, 480_000), (480_000, 481_000), (400_000, 600_000), (5_000_000, nil), (50_000_000, nil),
            (nil, 20_000), (nil, nil), (10, nil), (600_001, 600_001), (99_000_000_000, nil),
        ]
        return [
            ("none", [.all]),
            ("status", OrderStatus.allCases.map { OrderFilter(status: $0) }),
            ("payment", OrderFilter.PaymentState.allCases.map { OrderFilter(payment: $0) }),
            ("flagged", [OrderFilter(flagged: true), OrderFilter(flagged: false)]),
            ("country", countries.map { OrderFilter(country: $0) }),
            ("currency", currencies.map { OrderFilter(currency: $0) }),
            ("customer", (0..<200 as Range<Int64>).map { OrderFilter(customerID: 1_000 + $0 * 1_009) }),
            ("amount", amounts.map { OrderFilter(minimumAmount: $0.0, maximumAmount: $0.1) }),
            (
                "time",
                (0..<50 as Range<Int64>).map { number in
                    let from = Documents.start.advanced(byMilliseconds: span / 50 * number)
                    return OrderFilter(from: from, to: from.advanced(byMilliseconds: 60_000 * (number + 1)))
                }
            ),
        ]
    }
}
