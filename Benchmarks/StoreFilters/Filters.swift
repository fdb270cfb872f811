import OrderEvents
import OrderStore

/// The filters that are asked for, each with several values: frequent ones, rare ones, and some that no order has.
struct Filters {
    let name: String
    let values: [OrderFilter]

    static func all(orders: Int) -> [Filters] {
        [
            Filters(
                name: "country",
                values: ["US", "GB", "DE", "FI", "NO", "IN", "KW", "ZW"].map {
                    OrderFilter(country: CountryCode(code: $0))
                }),
            Filters(
                name: "currency",
                values: ["USD", "EUR", "SEK", "INR", "KWD", "CLF"].map { OrderFilter(currency: Currency(code: $0)) }),
            Filters(name: "status", values: OrderStatus.allCases.map { OrderFilter(status: $0) }),
            Filters(
                name: "payment", values: [.paid, .declined, .refunded, .refundDue].map { OrderFilter(payment: $0) }),
            Filters(name: "payment=none", values: [OrderFilter(payment: OrderFilter.PaymentState.none)]),
            Filters(
                name: "customer",
                values: stride(from: Int64(1_000), to: 201_000, by: 2_003).map { OrderFilter(customerID: $0) }),
            Filters(name: "customer without orders", values: [5, 999, 300_000].map { OrderFilter(customerID: $0) }),
            Filters(
                name: "amount",
                values: amounts([
                    (480_000, 480_000), (480_000, 481_000), (400_000, 600_000), (5_000_000, top), (50_000_000, top),
                    (0, 20_000), (0, top),
                ])),
            Filters(
                name: "amount without orders", values: amounts([(600_001, 600_001), (123_401, 123_499), (top, top)])),
            Filters(name: "flagged", values: [OrderFilter(flagged: true), OrderFilter(flagged: false)]),
            Filters(name: "time", values: times(orders)),
        ]
    }

    private static let top: Int64 = 99_000_000_000

    private static func amounts(_ ranges: [(Int64, Int64)]) -> [OrderFilter] {
        ranges.map { OrderFilter(minimumAmount: $0.0, maximumAmount: $0.1) }
    }

    private static func times(_ orders: Int) -> [OrderFilter] {
        let span = Int64(orders) * SampleOrders.step
        return (0..<50).map { part in
            let from = SampleOrders.start.advanced(byMilliseconds: span * Int64(part) / 50)
            return OrderFilter(from: from, to: from.advanced(byMilliseconds: 60_000 * Int64(part + 1)))
        }
    }
}
