import Kafka
import OrderEvents
import StreamProcessing
import StreamTesting
import Testing

@testable import OrderServices

extension ProcessorTests {
    @Suite struct FraudProcessorTests {
        private func service(_ log: MemoryLog, homes: [Int32]? = nil) -> MemoryService {
            MemoryService(FraudProcessor.definition, log: log, homes: homes) { FraudProcessor() }
        }

        private func flagged(_ log: MemoryLog) throws -> [Int64] {
            try log.values(Topics.fraudAlerts).map(\.orderID.rawValue).sorted()
        }

        @Test(arguments: [1, .max]) func anEventThatComesAgainIsJudgedOnce(batch: Int) async throws {
            let log = log(suspicious(1), order(2), suspicious(1), suspicious(1, .confirmed), suspicious(3))
            try await service(log).drain(max: batch)
            #expect(try flagged(log) == [1, 3])
        }

        @Test func anAlertSaysWhatTheOrderIs() async throws {
            let log = log(suspicious(1))
            let service = service(log)
            service.context.nowMilliseconds = now + 2
            try await service.drain()
            #expect(try log.values(Topics.fraudAlerts) == [alert(1)])
            #expect(log.entries(Topics.fraudAlerts.name, partition: home(1)).map(\.name) == ["1"])
        }

        @Test func whatWasRolledBackIsJudgedAgain() async throws {
            let log = log(suspicious(1), order(2))
            let service = service(log)
            service.failsBeforeCommit = Away()
            await #expect(throws: Away.self) { try await service.step() }
            #expect(try flagged(log).isEmpty)
            // What breaks no rule was only noted in memory: that must be forgotten, too.
            log.append(suspicious(2), to: Topics.orders)
            try await service.drain()
            #expect(try flagged(log) == [1])
        }

        @Test func anEventInTheWrongPartitionCountsForNothing() async throws {
            let log = log()
            log.append(suspicious(1), to: Topics.orders, partition: away(1))
            try await service(log).drain()
            #expect(try flagged(log).isEmpty)
            log.append(order(1), to: Topics.orders)
            log.append(suspicious(1), to: Topics.orders)
            try await service(log).drain()
            #expect(try flagged(log).isEmpty)
            #expect(deadLetters("orders", of: Topology.fraud.group, on: log).isEmpty)
        }

        @Test(arguments: [1, .max]) func aConflictChangesNoVerdict(batch: Int) async throws {
            let log = log(order(1), suspicious(1), suspicious(2), order(2))
            try await service(log).drain(max: batch)
            #expect(try flagged(log) == [2])
            #expect(deadLetters("orders", of: Topology.fraud.group, on: log).isEmpty)
        }

        @Test func whatCannotBeReadIsSetAsideAndTheRestIsJudged() async throws {
            let log = log()
            log.append(MemoryLog.Entry(key: nil, value: Array("{".utf8)), to: "orders", partition: 0)
            log.append(MemoryLog.Entry(key: nil, value: nil), to: "orders", partition: 0)
            log.append(suspicious(1), to: Topics.orders)
            try await service(log).drain()
            #expect(
                deadLetters("orders", of: Topology.fraud.group, on: log) == ["malformed_json 0/0", "missing_value 0/1"])
            #expect(try flagged(log) == [1])
        }

        @Test func partitionsThatChangeBetweenTwoBatchesKeepTheirVerdicts() async throws {
            let orders = (1...8).map { suspicious($0) }
            let log = log()
            let (one, two) = (service(log), service(log, homes: []))
            for order in orders { log.append(order, to: Topics.orders) }
            try await one.drain()
            one.assign([0])
            two.assign([1])
            for order in orders + [order(9), suspicious(10)] { log.append(order, to: Topics.orders) }
            try await one.drain()
            try await two.drain()
            // And back, with what the other one had noted.
            two.assign([])
            one.assign([0, 1])
            log.append(suspicious(9), to: Topics.orders)
            try await one.drain()
            #expect(try flagged(log) == Array(1...8) + [10])
        }

        @Test func stateComesBackFromTheTopics() async throws {
            let log = log(order(1), suspicious(2))
            let service = service(log)
            try await service.drain()
            service.restart()
            for order in [suspicious(1), suspicious(2)] { log.append(order, to: Topics.orders) }
            try await service.drain()
            #expect(try flagged(log) == [2])
        }

        @Test func anOrderThatWasFlaggedIsKnownForAsLongAsItsAlertIsKept() async throws {
            let log = log(suspicious(2))
            let service = service(log)
            try await service.drain()
            let place = TopicPartition(topic: "orders", partition: home(2))
            log.deleteRecords(of: place, before: log.end(place))
            service.restart()
            log.append(suspicious(2), to: Topics.orders)
            try await service.drain()
            #expect(try flagged(log) == [2])
        }
    }
}
