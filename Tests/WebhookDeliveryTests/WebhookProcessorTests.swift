import Kafka
import Logging
import OrderEvents
import Secrets
import StreamProcessing
import StreamTesting
import Synchronization
import Testing
import Webhooks

@testable import WebhookDelivery

/// Over topics in memory.
@Suite enum DeliveryTests: SampleEvents {}

extension DeliveryTests {
    @Suite struct WebhookProcessorTests {
        /// An endpoint that answers as the test says, by the id of what it gets.
        private final class Endpoint: DeliverySender {
            private let script: Mutex<@Sendable (String) throws -> DeliveryAnswer>
            private let seen = Mutex<[String]>([])

            init(_ script: @escaping @Sendable (String) throws -> DeliveryAnswer = { _ in .delivered(status: 200) }) {
                self.script = Mutex(script)
            }

            var asked: [String] { seen.withLock { $0 } }
            func answer(_ script: @escaping @Sendable (String) throws -> DeliveryAnswer) {
                self.script.withLock { $0 = script }
            }

            func send(_ body: [UInt8], id: String) async throws -> DeliveryAnswer {
                seen.withLock { $0.append(id) }
                return try script.withLock { $0 }(id)
            }
        }

        private static let away: @Sendable (String) -> DeliveryAnswer = { _ in
            .failed(status: 503, detail: "answered 503", retryAfter: nil)
        }

        private func service(
            _ log: MemoryLog, _ endpoints: [String: Endpoint], outcomes: Set<OrderOutcome> = [.paid],
            limits: WebhookProcessor.Limits = .init(), homes: [Int32]? = nil,
            secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        ) throws -> MemoryService {
            let configured = try endpoints.keys.sorted().map {
                try WebhookEndpoint(
                    name: $0, url: "https://example.com/", secrets: [secret], outcomes: outcomes)
            }
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            return MemoryService(WebhookProcessor.definition, log: log, homes: homes) {
                WebhookProcessor(
                    endpoints: configured, schedule: DeliverySchedule(), limits: limits, logger: logger
                ) { endpoints[$0.name] }
            }
        }

        private func document(
            _ id: Int64, revision: Int64 = 1, paid: Bool = true, _ status: OrderStatus = .created
        ) -> OrderDocument {
            var document = OrderDocument(
                order: order(id, status), payment: paid ? payment(id) : nil, revision: revision,
                updatedAt: Timestamp(millisecondsSinceEpoch: now))
            document.noteSeen(status, at: Timestamp(millisecondsSinceEpoch: now))
            return document
        }

        private func log(_ documents: OrderDocument...) -> MemoryLog {
            let log = MemoryLog(partitions: partitions)
            for document in documents { log.append(.order(document), to: Topics.orderAnalytics) }
            return log
        }

        /// The newest ledger of each order.
        private func ledgers(_ log: MemoryLog) throws -> [Int64: WebhookLedger] {
            try log.entries("webhook-deliveries").reduce(into: [:]) { ledgers, entry in
                guard entry.key?.starts(with: "order-".utf8) == true else { return }
                let ledger = try entry.value!.withUnsafeBytes { try WebhookLedger(json: $0) }
                ledgers[ledger.orderID] = ledger
            }
        }

        /// What is written down of endpoints.
        private func marks(_ log: MemoryLog) throws -> [EndpointMark] {
            try log.entries("webhook-deliveries").compactMap { entry in
                guard entry.key?.starts(with: "endpoint-".utf8) == true else { return nil }
                return try entry.value!.withUnsafeBytes { try EndpointMark(json: $0) }
            }
        }

        /// Ticks until nothing waits, the clock going from one due moment to the next.
        private func settle(_ service: MemoryService, steps: Int = 200) async throws {
            for _ in 0..<steps {
                service.context.nowMilliseconds += 60_000
                try await service.tick()
            }
        }

        @Test func anOutcomeGoesToEachSubscriberOnceHoweverOftenItsDocumentComes() async throws {
            let log = log(document(1, paid: false), document(1, revision: 2), document(1, revision: 3, .confirmed))
            let (one, two) = (Endpoint(), Endpoint())
            let service = try service(log, ["one": one, "two": two])
            try await service.drain(max: 1)
            #expect(one.asked == ["msg_1_order_paid"] && two.asked == one.asked)
            #expect(try ledgers(log)[1]?.deliveries.map(\.state) == [.delivered, .delivered])
            service.restart()
            log.append(.order(document(1, revision: 4)), to: Topics.orderAnalytics)
            try await service.drain()
            try await settle(service, steps: 3)
            #expect(one.asked.count == 1)
        }

        @Test func aDeliveryThatFailsHoldsUpNoOtherAndIsMadeLater() async throws {
            let log = log(document(1), document(2), document(3))
            let endpoint = Endpoint { id in
                id == "msg_2_order_paid" ? Self.away(id) : .delivered(status: 200)
            }
            let service = try service(log, ["one": endpoint])
            try await service.drain()
            #expect(service.lag == 0 && Set(endpoint.asked).count == 3)
            #expect(try ledgers(log)[2]?.deliveries[0].state == .pending)
            endpoint.answer { _ in .delivered(status: 200) }
            // Before it is due nothing is asked.
            service.context.nowMilliseconds = now + 100
            try await service.tick()
            #expect(endpoint.asked.count == 3)
            try await settle(service, steps: 1)
            let delivery = try #require(try ledgers(log)[2]?.deliveries[0])
            #expect(delivery.state == .delivered && delivery.attempts == 2 && endpoint.asked.count == 4)
        }

        @Test func anEndpointThatIsAwayDelaysNoOther() async throws {
            let log = MemoryLog(partitions: partitions)
            for id in 1...40 as ClosedRange<Int64> { log.append(.order(document(id)), to: Topics.orderAnalytics) }
            let (away, fine) = (Endpoint(Self.away), Endpoint())
            let service = try service(log, ["away": away, "fine": fine])
            try await service.drain()
            #expect(fine.asked.count == 40)
            // After five failures in a row, and those under way then, it is left alone.
            #expect(away.asked.count <= EndpointStanding.patience + EndpointStanding.concurrency)
            let asked = away.asked.count
            try await service.tick()
            #expect(away.asked.count == asked)
            away.answer { _ in .delivered(status: 200) }
            try await settle(service)
            #expect(Set(away.asked).count == 40)
            #expect(try ledgers(log).values.allSatisfy { $0.deliveries.allSatisfy { $0.state == .delivered } })
        }

        @Test func whatWaitsIsFoundAgainAfterARestartAndByAnotherMember() async throws {
            let log = log(document(1), document(2), document(3), document(4))
            let endpoint = Endpoint(Self.away)
            let first = try service(log, ["one": endpoint])
            try await first.drain()
            first.restart()
            endpoint.answer { _ in .delivered(status: 200) }
            first.assign([0])
            let second = try service(log, ["one": endpoint], homes: [1])
            for service in [first, second] {
                service.context.nowMilliseconds = now + 3_600_000
                try await service.tick()
            }
            let all = try ledgers(log)
            #expect(all.count == 4 && all.values.allSatisfy { $0.due == nil })
            #expect(all.values.allSatisfy { $0.deliveries[0].state == .delivered })
        }

        @Test func aCommitThatFailsMakesNoAnsweredAttemptAgainAndLosesNone() async throws {
            let log = log(document(1), document(2))
            let endpoint = Endpoint { id in id == "msg_2_order_paid" ? Self.away(id) : .delivered(status: 200) }
            let service = try service(log, ["one": endpoint])
            service.failsBeforeCommit = Away()
            await #expect(throws: Away.self) { try await service.step() }
            #expect(try ledgers(log).isEmpty)
            try await service.drain()
            #expect(endpoint.asked.filter { $0 == "msg_1_order_paid" }.count == 1)
            endpoint.answer { _ in .delivered(status: 200) }
            service.context.nowMilliseconds = now + 3_600_000
            service.failsBeforeCommit = Away()
            await #expect(throws: Away.self) { try await service.tick() }
            try await service.tick()
            #expect(endpoint.asked.filter { $0 == "msg_2_order_paid" }.count == 2)
            #expect(try ledgers(log)[2]?.deliveries[0].state == .delivered)
        }

        @Test func whoAnswers410IsDisabledAndWhatItWouldGetIsLoggedAsFailed() async throws {
            let log = log(document(1), document(2))
            let endpoint = Endpoint { _ in .gone }
            let service = try service(log, ["one": endpoint])
            try await service.step(max: 1)
            log.append(.order(document(3)), to: Topics.orderAnalytics)
            let asked = endpoint.asked.count
            try await service.drain()
            #expect(endpoint.asked.count == asked)
            try await settle(service, steps: 2)
            #expect(try ledgers(log).values.allSatisfy { $0.deliveries[0].state == .failed })
            #expect(try ledgers(log)[3]?.deliveries[0].detail?.contains("410") == true)
        }

        @Test func aDisabledEndpointStaysSoOverRestartsUntilItsSecretIsAnotherOne() async throws {
            let log = log(document(1), document(2), document(3), document(4))
            let endpoint = Endpoint { _ in .gone }
            let first = try service(log, ["one": endpoint])
            try await first.drain()
            endpoint.answer { _ in .delivered(status: 200) }
            let asked = endpoint.asked.count
            first.restart()
            log.append(.order(document(5)), to: Topics.orderAnalytics)
            try await first.drain()
            #expect(endpoint.asked.count == asked)
            #expect(try ledgers(log)[5]?.deliveries[0].detail?.contains("410") == true)
            // Each home has the mark, so that whoever gets one of them knows.
            #expect(try marks(log).count == Int(partitions))
            let other = try service(log, ["one": endpoint], secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")
            log.append(.order(document(6)), to: Topics.orderAnalytics)
            try await other.drain()
            #expect(endpoint.asked.last == "msg_6_order_paid" && endpoint.asked.count == asked + 1)
        }

        @Test func theMarkOfADisabledEndpointIsWrittenAgainBeforeTheLogForgetsIt() async throws {
            let log = log(document(1))
            let service = try service(log, ["one": Endpoint { _ in .gone }])
            try await service.drain()
            #expect(try await service.tick() == false)
            service.context.nowMilliseconds += WebhookProcessor.markLifetime
            #expect(try await service.tick())
            #expect(try marks(log).count == 2 * Int(partitions))
            #expect(try await service.tick() == false)
        }

        @Test func whatIsRefusedFailsAtOnceAndTheEndpointStaysInUse() async throws {
            let log = MemoryLog(partitions: partitions)
            for id in 1...20 as ClosedRange<Int64> { log.append(.order(document(id)), to: Topics.orderAnalytics) }
            let endpoint = Endpoint { _ in .refused(status: 422) }
            let service = try service(log, ["one": endpoint])
            try await service.drain()
            #expect(endpoint.asked.count == 20)
            #expect(try ledgers(log).values.allSatisfy { $0.deliveries[0].state == .failed && $0.due == nil })
        }

        @Test func aDeliveryIsGivenUpAfterADayAndOneOfAnEndpointThatIsNoMoreAtOnce() async throws {
            let log = log(document(1))
            let endpoint = Endpoint(Self.away)
            let service = try service(log, ["one": endpoint])
            try await service.drain()
            for _ in 0..<(25 * 12) {
                service.context.nowMilliseconds += 5 * 60_000
                try await service.tick()
            }
            #expect(try ledgers(log)[1]?.deliveries[0].state == .failed)
            let asked = endpoint.asked.count
            try await settle(service, steps: 20)
            #expect(endpoint.asked.count == asked)

            let other = self.log(document(1))
            let before = try self.service(other, ["one": Endpoint(Self.away)])
            try await before.drain()
            let after = try self.service(other, ["two": Endpoint()])
            after.context.nowMilliseconds = now + 60_000
            try await after.tick()
            #expect(try ledgers(other)[1]?.deliveries[0].detail == "there is no endpoint of this name any more")
        }

        @Test func moreThanTheBoundIsNotKeptWaiting() async throws {
            let log = MemoryLog(partitions: partitions)
            for id in 1...10 as ClosedRange<Int64> { log.append(.order(document(id)), to: Topics.orderAnalytics) }
            var limits = WebhookProcessor.Limits()
            limits.pending = 4
            let service = try service(log, ["one": Endpoint(Self.away)], limits: limits)
            try await service.drain()
            let states = try ledgers(log).values.map { $0.deliveries[0].state }
            #expect(states.filter { $0 == .pending }.count == 4 && states.filter { $0 == .failed }.count == 6)
        }

        @Test func whatCannotBeReadIsSetAsideAndSumsAndOldOutcomesAreSkipped() async throws {
            let log = log()
            log.append(
                MemoryLog.Entry(key: Array("1".utf8), value: Array("{}".utf8)), to: "order-analytics", partition: 0)
            log.append(MemoryLog.Entry(key: Array("1".utf8), value: nil), to: "order-analytics", partition: 0)
            log.append(.aggregate(Aggregate(window: .allTime, partition: 0)), to: Topics.orderAnalytics, partition: 0)
            log.append(.order(document(1)), to: Topics.orderAnalytics)
            let endpoint = Endpoint()
            let service = try service(log, ["one": endpoint])
            service.context.nowMilliseconds = now + DeliverySchedule().patience + 10
            try await service.drain()
            #expect(endpoint.asked.isEmpty && log.entries("webhook-deliveries").isEmpty)
            #expect(deadLetters("order-analytics", of: "webhooks-group", on: log).count == 1)
        }
    }
}
