import Kafka
import OrderEvents
import StreamProcessing

/// Suites of tests that need an order and what becomes of it.
package protocol SampleEvents {}

extension SampleEvents {
    /// Milliseconds since 1970.
    package static var now: Int64 { 1_700_000_000_000 }
    package static var partitions: Int32 { 2 }

    package static func order(
        _ id: Int64, _ status: OrderStatus = .created, amount: Int64 = 1_000, currency: Currency = .usd,
        country: String = "US"
    ) -> Order {
        Order(
            id: OrderID(id)!, customerID: 7, amount: Money(minorUnits: amount, currency: currency),
            country: CountryCode(code: country)!,
            status: status, createdAt: Timestamp(millisecondsSinceEpoch: now))
    }

    /// Breaks the rule.
    package static func suspicious(_ id: Int64, _ status: OrderStatus = .created) -> Order {
        order(id, status, amount: 99_900, country: "NG")
    }

    package static func payment(_ id: Int64, _ status: PaymentStatus = .paid) -> Payment {
        let order = order(id)
        return Payment(
            orderID: order.id, customerID: order.customerID, status: status, amount: order.amount,
            country: order.country,
            processedAt: Timestamp(millisecondsSinceEpoch: now + 1))
    }

    package static func alert(_ id: Int64) -> FraudAlert {
        let order = suspicious(id)
        return FraudAlert(
            orderID: order.id, customerID: order.customerID, reason: .highAmountRiskyCountry, amount: order.amount,
            country: order.country,
            detectedAt: Timestamp(millisecondsSinceEpoch: now + 2))
    }

    package static func home(_ id: Int64) -> Int32 { OrderKey(OrderID(id)!).partition(of: partitions) }
    /// The partition that is not the order's.
    package static func away(_ id: Int64) -> Int32 { (home(id) + 1) % partitions }

    /// A log with two partitions of each topic.
    package static func log(_ orders: Order...) -> MemoryLog {
        let log = MemoryLog(partitions: partitions)
        for order in orders { log.append(order, to: Topics.orders, at: now) }
        return log
    }

    /// The codes of a service's dead letters, with the origin's offset.
    package static func deadLetters(_ topic: String, of group: String, on log: MemoryLog) -> [String] {
        log.entries(Topics.deadLetter(topic: topic, group: group)).map {
            "\($0.header(DeadLetterHeader.code) ?? "-") \($0.header(DeadLetterHeader.partition) ?? "-")/\($0.header(DeadLetterHeader.offset) ?? "-")"
        }
    }
}

/// Something that is away, whatever is asked of it.
package struct Away: ClassifiedError {
    package let fault = Fault.dependency(code: "dependency_unavailable")

    package init() {}
}
