import Kafka
import OrderEvents
import StreamProcessing
import StreamTesting
import Synchronization
import Testing

@testable import OrderServices

/// All tests of processors over topics in memory.
@Suite enum ProcessorTests {}

extension ProcessorTests {
    static let now: Int64 = 1_700_000_000_000
    static let partitions: Int32 = 2

    static func order(
        _ id: Int64, _ status: OrderStatus = .created, amount: Int64 = 1_000, currency: Currency = .usd,
        country: String = "US"
    ) -> Order {
        Order(
            id: OrderID(id)!, customerID: 7, amount: Money(minorUnits: amount, currency: currency),
            country: CountryCode(code: country)!,
            status: status, createdAt: Timestamp(millisecondsSinceEpoch: now))
    }

    /// Breaks the rule.
    static func suspicious(_ id: Int64, _ status: OrderStatus = .created) -> Order {
        order(id, status, amount: 99_900, country: "NG")
    }

    static func payment(_ id: Int64, _ status: PaymentStatus = .paid) -> Payment {
        let order = order(id)
        return Payment(
            orderID: order.id, customerID: order.customerID, status: status, amount: order.amount,
            country: order.country,
            processedAt: Timestamp(millisecondsSinceEpoch: now + 1))
    }

    static func alert(_ id: Int64) -> FraudAlert {
        let order = suspicious(id)
        return FraudAlert(
            orderID: order.id, customerID: order.customerID, reason: .highAmountRiskyCountry, amount: order.amount,
            country: order.country,
            detectedAt: Timestamp(millisecondsSinceEpoch: now + 2))
    }

    static func home(_ id: Int64) -> Int32 { OrderKey(OrderID(id)!).partition(of: partitions) }
    /// The partition that is not the order's.
    static func away(_ id: Int64) -> Int32 { (home(id) + 1) % partitions }

    /// A log with two partitions of each topic.
    static func log(_ orders: Order...) -> MemoryLog {
        let log = MemoryLog(partitions: partitions)
        for order in orders { log.append(order, to: Topics.orders, at: now) }
        return log
    }

    /// The codes of a service's dead letters, with the origin's offset.
    static func deadLetters(_ topic: String, of group: String, on log: MemoryLog) -> [String] {
        log.entries(Topics.deadLetter(topic: topic, group: group)).map {
            "\($0.header(DeadLetterHeader.code) ?? "-") \($0.header(DeadLetterHeader.partition) ?? "-")/\($0.header(DeadLetterHeader.offset) ?? "-")"
        }
    }
}

/// Something that is away, whatever is asked of it.
struct Away: ClassifiedError {
    let fault = Fault.dependency(code: "dependency_unavailable")
}

/// A payment processor that answers as the test says, and remembers what it was asked.
final class ScriptedGateway: PaymentGateway {
    private let requests = Mutex<[Int64]>([])
    private let script: Mutex<@Sendable (Int64) throws -> ChargeOutcome>

    init(_ script: @escaping @Sendable (Int64) throws -> ChargeOutcome = { _ in .paid }) { self.script = Mutex(script) }

    /// The orders that it was asked to charge, one by one.
    var asked: [Int64] { requests.withLock { $0 } }

    func answer(_ script: @escaping @Sendable (Int64) throws -> ChargeOutcome) { self.script.withLock { $0 = script } }

    func charge(_ requests: [ChargeRequest]) async throws -> [ChargeOutcome] {
        self.requests.withLock { $0 += requests.map(\.orderID.rawValue) }
        let script = script.withLock { $0 }
        return try requests.map { try script($0.orderID.rawValue) }
    }

    static let unanswered = ChargeOutcome.unanswered(PaymentGatewayError("no answer"))
}
