import Kafka
import OrderEvents
import StreamProcessing
import Synchronization
import Testing

@testable import OrderServices

extension ServiceTests {
    /// The first event of an order fixes it, for each of the three services that read orders.
    @Suite struct ConflictTests {
        private static let now = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)

        private func order(
            _ id: Int64, _ status: OrderStatus = .created, amount: Int64 = 1_000, currency: String = "AUD", country: String = "US"
        ) -> Order {
            Order(
                id: OrderID(id)!, customerID: 7, amount: Money(minorUnits: amount, currency: Currency(code: currency)!),
                country: CountryCode(code: country)!, status: status, createdAt: Self.now)
        }

        /// Breaks the rule, which the first event does not.
        private func conflict(_ id: Int64, _ status: OrderStatus = .created) -> Order {
            order(id, status, amount: 999_900, currency: "USD", country: "NG")
        }

        private final class Gateway: PaymentGateway {
            let asked = Mutex<[ChargeRequest]>([])
            let refused: Set<Int64>

            init(refusing refused: Set<Int64> = []) { self.refused = refused }

            func charge(_ requests: [ChargeRequest]) async throws -> [ChargeOutcome] {
                asked.withLock { $0 += requests }
                return requests.map { refused.contains($0.orderID.rawValue) && $0.amount.minorUnits == 1_000 ? .refused("answered 422") : .paid }
            }

            var amounts: [Int64: [Int64]] {
                asked.withLock { Dictionary(grouping: $0, by: \.orderID.rawValue).mapValues { $0.map(\.amount.minorUnits) } }
            }
        }

        private func document(_ id: Int64, in broker: DeskBroker) async throws -> OrderDocument {
            let values = try await broker.committed(Topics.orderAnalytics.name).filter { $0.key == "\(id)" }.compactMap(\.value)
            var last = values.last ?? ""
            return try last.withUTF8 { try OrderDocument(json: UnsafeRawBufferPointer($0)) }
        }

        @Test(arguments: [true, false]) func analyticsSetsAConflictAsideAndNotesIt(_ inOneBatch: Bool) async throws {
            try await DeskBroker.run(DeskBroker.flow) { broker in
                let first = [order(1), order(2)]
                let later = [conflict(1, .cancelled), order(1, .confirmed), conflict(2), order(2)]
                try await broker.write(inOneBatch ? first + later : first, to: Topics.orders)
                try await broker.withService(AnalyticsProcessor.definition, { AnalyticsProcessor() }) {
                    try await broker.group(Topology.analytics.group, hasRead: Topics.orders.name)
                }
                if !inOneBatch {
                    // Another life, with its state from the log.
                    try await broker.write(later, to: Topics.orders)
                    try await broker.withService(AnalyticsProcessor.definition, state: "other", { AnalyticsProcessor() }) {
                        try await broker.group(Topology.analytics.group, hasRead: Topics.orders.name)
                    }
                }
                let letters = try await broker.committed("orders.analytics-group.dlq")
                #expect(letters.map { $0.headers["dlq-offset"] } == ["2", "4"])
                #expect(letters.allSatisfy { $0.headers["dlq-code"] == "conflicting_order" })
                #expect(letters[0].headers["dlq-reason"]?.contains("amount is 9999.00 USD instead of 10.00 AUD") == true)
                let document = try await document(1, in: broker)
                #expect(document.order == order(1, .confirmed))
                #expect(document.cancelledSeenAt == nil && document.conflicts?.count == 1 && document.conflicts?.status == .cancelled)
                #expect(document.conflicts?.terms == conflict(1).terms)
            }
        }

        @Test func aPaymentThatIsReadFirstFixesNothing() async throws {
            try await DeskBroker.run(DeskBroker.flow) { broker in
                let payment = Payment(
                    orderID: OrderID(1)!, customerID: 7, status: .declined, amount: order(1).amount, country: order(1).country,
                    processedAt: Self.now.advanced(byMilliseconds: 90_000))
                try await broker.write([payment], to: Topics.payments)
                try await broker.withService(AnalyticsProcessor.definition, { AnalyticsProcessor() }) {
                    try await broker.group(Topology.analytics.group, hasRead: Topics.payments.name)
                    try await broker.write([order(1), conflict(1)], to: Topics.orders)
                    try await broker.group(Topology.analytics.group, hasRead: Topics.orders.name)
                }
                let document = try await document(1, in: broker)
                #expect(document.order == order(1) && document.payment == payment && document.conflicts?.count == 1)
            }
        }

        /// The state of the other life comes from the topics alone.
        @Test(arguments: [true, false]) func fraudJudgesTheFirstEventAlone(_ keepsState: Bool) async throws {
            try await DeskBroker.run(DeskBroker.flow) { broker in
                let suspicious = order(2, amount: 99_900, country: "NG")
                try await broker.write([order(1), suspicious, order(3), conflict(3)], to: Topics.orders)
                try await broker.withService(FraudProcessor.definition, { FraudProcessor() }) {
                    try await broker.group(Topology.fraud.group, hasRead: Topics.orders.name)
                }
                try await broker.write([conflict(1), suspicious, conflict(2), order(4, amount: 99_900, country: "NG")], to: Topics.orders)
                try await broker.withService(FraudProcessor.definition, state: keepsState ? "state" : "other", { FraudProcessor() }) {
                    try await broker.group(Topology.fraud.group, hasRead: Topics.orders.name)
                }
                #expect(try await broker.committed(Topics.fraudAlerts.name).map(\.key) == ["2", "4"])
                #expect(try await broker.committed("orders.fraud-group.dlq").isEmpty)
            }
        }

        @Test(arguments: [true, false]) func paymentsChargesWhatTheFirstEventFixed(_ keepsState: Bool) async throws {
            try await DeskBroker.run(DeskBroker.flow) { broker in
                // Charged at once; cancelled first; refused first.
                let first = [order(1), conflict(1), order(2, .cancelled), conflict(2), order(3), conflict(3)]
                try await broker.write(first, to: Topics.orders)
                let before = Gateway(refusing: [3])
                try await broker.withService(PaymentProcessor.definition, { PaymentProcessor(gateway: before) }) {
                    try await broker.group(Topology.payments.group, hasRead: Topics.orders.name)
                }
                #expect(before.amounts == [1: [1_000], 3: [1_000]])
                try await broker.write([conflict(1), conflict(2), conflict(3), order(2), order(3), order(1)], to: Topics.orders)
                let after = Gateway()
                try await broker.withService(
                    PaymentProcessor.definition, state: keepsState ? "state" : "other", { PaymentProcessor(gateway: after) }
                ) {
                    try await broker.group(Topology.payments.group, hasRead: Topics.orders.name)
                }
                #expect(after.amounts == [2: [1_000], 3: [1_000]])
                #expect(try await broker.committed("orders.payments-group.dlq").map { $0.headers["dlq-code"] } == ["gateway_refused"])
            }
        }

        @Test func aStandingComesBackAsItWas() {
            for standing in [PaymentStanding.settled, .open(order(1, amount: 1, currency: "JPY").terms), .open(conflict(9).terms)] {
                var bytes: [UInt8] = []
                standing.encodeState(into: &bytes)
                #expect(bytes.withUnsafeBytes { PaymentStanding.decodeState($0, of: OrderID(1)!) } == standing)
                #expect(bytes.dropLast().withUnsafeBytes { PaymentStanding.decodeState($0, of: OrderID(1)!) } != standing)
            }
        }
    }
}
