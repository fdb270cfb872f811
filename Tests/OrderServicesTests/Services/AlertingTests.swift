import OrderEvents
import StreamProcessing
import Synchronization
import Testing

@testable import OrderServices

extension ServiceTests {
    @Suite struct AlertingTests {
        /// Takes alerts, refuses some for good, and is away for the first so many calls about one of them.
        private final class Destination: AlertDestination {
            struct Away: ClassifiedError { let fault = Fault.dependency(code: "dependency_unavailable") }
            let refused: Set<Int64>
            private let away: Mutex<[Int64: Int]>
            private let calls = Mutex<[Int64]>([])

            init(refusing refused: Set<Int64>, away: [Int64: Int]) {
                self.refused = refused
                self.away = Mutex(away)
            }

            var asked: [Int64] { calls.withLock { $0 } }

            func deliver(_ alert: FraudAlert) async throws -> AlertAnswer {
                let id = alert.orderID.rawValue
                calls.withLock { $0.append(id) }
                let isAway = away.withLock { away in
                    guard let left = away[id], left > 0 else { return false }
                    away[id] = left - 1
                    return true
                }
                if isAway { throw Away() }
                return refused.contains(id) ? .refused("answered 400") : .delivered
            }
        }

        private func alert(_ id: Int64) -> FraudAlert {
            FraudAlert(
                orderID: OrderID(id)!, customerID: 1, reason: .highAmountRiskyCountry, amount: Money(minorUnits: 99_900, currency: .usd),
                country: CountryCode(code: "BR")!, detectedAt: Timestamp(millisecondsSinceEpoch: 1_700_000_000_000))
        }

        @Test func anAlertThatWasRefusedInABatchThatIsTriedAgainIsSetAside() async throws {
            try await DeskBroker.run(DeskBroker.flow) { broker in
                let destination = Destination(refusing: [1], away: [3: 2])
                try await broker.write([alert(1), alert(2), alert(3)], to: Topics.fraudAlerts)
                let logger = broker.logger
                try await broker.withService(AlertingProcessor.definition, { AlertingProcessor(destination: destination, logger: logger) }) {
                    try await broker.group(Topology.alerting.group, hasRead: Topics.fraudAlerts.name)
                }
                let letters = try await broker.committed("fraud-alerts.alerting-group.dlq")
                #expect(letters.map { $0.headers["dlq-offset"] } == ["0"])
                #expect(letters.first?.headers["dlq-code"] == "webhook_refused")
                // What was said is not asked again while the batch is.
                #expect(destination.asked == [1, 2, 3, 3, 3])
            }
        }

        @Test func theSameAlertAtAnotherPlaceIsDeliveredAgain() async throws {
            try await DeskBroker.run(DeskBroker.flow) { broker in
                let destination = Destination(refusing: [], away: [2: 1])
                // The last is the first one's replay, in the same batch.
                try await broker.write([alert(1), alert(2), alert(1)], to: Topics.fraudAlerts)
                let logger = broker.logger
                try await broker.withService(AlertingProcessor.definition, { AlertingProcessor(destination: destination, logger: logger) }) {
                    try await broker.group(Topology.alerting.group, hasRead: Topics.fraudAlerts.name)
                }
                #expect(destination.asked == [1, 2, 2, 1])
            }
        }
    }
}
