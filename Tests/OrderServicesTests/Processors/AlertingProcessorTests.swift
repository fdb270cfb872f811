import Kafka
import Logging
import OrderEvents
import StreamProcessing
import StreamTesting
import Synchronization
import Testing

@testable import OrderServices

extension ProcessorTests {
    @Suite struct AlertingProcessorTests {
        /// Takes alerts, refuses some permanently, and is away for the first so many calls about one of them.
        private final class Destination: AlertDestination {
            let refused: Set<Int64>
            private let away: Mutex<[Int64: Int]>
            private let calls = Mutex<[Int64]>([])

            init(refusing refused: Set<Int64> = [], away: [Int64: Int] = [:]) {
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

        private func service(_ log: MemoryLog, _ destination: Destination?, homes: [Int32]? = nil) -> MemoryService {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            return MemoryService(AlertingProcessor.definition, log: log, homes: homes) {
                AlertingProcessor(destination: destination, logger: logger)
            }
        }

        private func log(_ ids: Int64...) -> MemoryLog {
            let log = MemoryLog()
            for id in ids { log.append(alert(id), to: Topics.fraudAlerts) }
            return log
        }

        private func letters(_ log: MemoryLog) -> [String] {
            deadLetters("fraud-alerts", of: Topology.alerting.group, on: log)
        }

        @Test func anAlertThatWasRefusedInABatchThatIsTriedAgainIsSetAsideOnce() async throws {
            let log = log(1, 2, 3)
            let destination = Destination(refusing: [1], away: [3: 2])
            let service = service(log, destination)
            for _ in 0..<2 {
                await #expect(throws: Away.self) { try await service.step() }
                #expect(letters(log).isEmpty)
            }
            try await service.drain()
            #expect(letters(log) == ["webhook_refused 0/0"])
            // What was said is not asked again while the batch is.
            #expect(destination.asked == [1, 2, 3, 3, 3])
        }

        @Test func theSameAlertAtAnotherPlaceIsDeliveredAgain() async throws {
            // The last is the first one's replay, in the same batch.
            let log = log(1, 2, 1)
            let destination = Destination(away: [2: 1])
            let service = service(log, destination)
            await #expect(throws: Away.self) { try await service.step() }
            try await service.drain()
            #expect(destination.asked == [1, 2, 2, 1])
        }

        @Test func anAlertIsDeliveredOnceAlsoWhereTheCommitFails() async throws {
            let log = log(1)
            let destination = Destination()
            let service = service(log, destination)
            service.failsBeforeCommit = Away()
            await #expect(throws: Away.self) { try await service.step() }
            try await service.drain()
            #expect(destination.asked == [1])
        }

        @Test func withoutADestinationAlertsAreReadAndOnlyLogged() async throws {
            let log = log(1, 2)
            let service = service(log, nil)
            try await service.drain()
            #expect(service.lag == 0 && letters(log).isEmpty)
        }

        @Test func anAlertInTheWrongPartitionIsDeliveredAndOneThatWasMovedIsSkipped() async throws {
            let log = MemoryLog(partitions: partitions)
            log.append(alert(1), to: Topics.fraudAlerts, partition: away(1))
            let destination = Destination()
            try await service(log, destination).drain()
            #expect(destination.asked == [1])

            let id = (1...20 as ClosedRange<Int64>).first { home($0) == 1 }!
            let moved = MemoryLog(partitions: partitions)
            moved.append(alert(id), to: Topics.fraudAlerts, partition: 0)
            moved.append(alert(id), to: Topics.fraudAlerts, partition: 1)
            let after = service(moved, destination)
            after.context.layout = ProcessorTests.moved(from: 1, to: partitions, starts: [1, 0], of: "fraud-alerts")
            try await after.drain()
            #expect(destination.asked == [1, id])
        }

        @Test func whatCannotBeReadIsSetAsideAndATombstoneIsSkipped() async throws {
            let log = log(1)
            log.append(MemoryLog.Entry(key: Array("1".utf8), value: nil), to: "fraud-alerts", partition: 0)
            log.append(
                MemoryLog.Entry(key: nil, value: Array("{\"order_id\":true}".utf8)), to: "fraud-alerts", partition: 0)
            let destination = Destination()
            try await service(log, destination).drain()
            #expect(letters(log) == ["wrong_type 0/2"])
            #expect(destination.asked == [1])
        }

        @Test func anotherMemberAsksAboutItsOwnPartitionsOnly() async throws {
            let log = MemoryLog(partitions: partitions)
            for id in 1...8 as ClosedRange<Int64> { log.append(alert(id), to: Topics.fraudAlerts) }
            let (first, second) = (Destination(away: [8: 1]), Destination())
            let (one, two) = (service(log, first), service(log, second, homes: []))
            await #expect(throws: Away.self) { try await one.step() }
            one.assign([home(8)])
            two.assign([away(8)])
            try await one.drain()
            try await two.drain()
            #expect(Set(second.asked) == Set((1...8).filter { home($0) == away(8) }))
            #expect(one.lag == 0 && two.lag == 0 && letters(log).isEmpty)
        }
    }
}
