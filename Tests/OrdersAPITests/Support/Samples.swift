import Foundation
import OrderEvents

@testable import OrdersAPI

/// Values that tests are made of.
enum Sample {
    /// 2026-01-15T10:30:30Z: in the middle of a minute.
    static let now = Timestamp(rfc3339: "2026-01-15T10:30:30Z")!

    static func minute(_ offset: Int64 = 0) -> Timestamp {
        now.startOfMinute.advanced(byMilliseconds: offset * 60_000)
    }

    static func order(
        _ id: Int64, cents: Int64 = 24_999, currency: Currency = .usd, country: CountryCode = .unitedStates,
        status: OrderStatus = .created, customer: Int64 = 7, createdAt: Timestamp = now
    ) -> Order {
        Order(
            id: OrderID(id)!, customerID: customer, amount: Money(minorUnits: cents, currency: currency),
            country: country,
            status: status, createdAt: createdAt)
    }

    static func document(
        _ id: Int64, revision: Int64 = 1, cents: Int64 = 24_999, country: CountryCode = .unitedStates,
        paid: Bool = false,
        flaggedAt: Timestamp? = nil
    ) -> OrderDocument {
        let order = order(id, cents: cents, country: country)
        var document = OrderDocument(order: order, createdSeenAt: now, revision: revision, updatedAt: now)
        if paid {
            document.payment = Payment(
                orderID: order.id, customerID: order.customerID, status: .paid, amount: order.amount, country: country,
                processedAt: now.advanced(byMilliseconds: 40))
        }
        if let flaggedAt {
            document.fraud = FraudAlert(
                orderID: order.id, customerID: order.customerID, reason: .highAmountRiskyCountry, amount: order.amount,
                country: country, detectedAt: flaggedAt)
        }
        return document
    }

    static func tally(orders: Int64, sales: MinorUnits = 0, flagged: Int64 = 0) -> Tally {
        var tally = Tally()
        tally.orders = orders
        tally.sales = sales
        tally.paid = orders
        tally.paidAmount = sales
        tally.flagged = flagged
        return tally
    }

    static func aggregate(
        _ window: AggregateWindow, partition: Int32 = 0, orders: Int64, sales: MinorUnits = 0, flagged: Int64 = 0,
        country: CountryCode = .unitedStates, currency: Currency = .usd, late: Int64 = 0, revision: Int64 = 1
    ) -> Aggregate {
        Aggregate(
            window: window, partition: partition,
            cells: [
                AggregateCell(
                    country: country, currency: currency, tally: tally(orders: orders, sales: sales, flagged: flagged))
            ],
            late: late, revision: revision, updatedAt: now)
    }

    static func record(_ partition: Int32, _ offset: Int64, _ document: OrderDocument) -> TailRecord {
        TailRecord(partition: partition, offset: offset, event: .order(document))
    }
}

/// A directory that is gone after the test.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "orders-api-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func write(_ name: String, _ text: String) throws {
        let url = URL(fileURLWithPath: path).appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    deinit {
        // Whatever is left lies in the system's temporary directory.
        try? FileManager.default.removeItem(atPath: path)
    }
}
