import Kafka
import OrderEvents
import StreamProcessing
import StreamTesting
import Testing
import Webhooks

@testable import WebhookDelivery

extension DeliveryTests {
    @Suite struct WebhookProcessorTests {
        @Test func anOutcomeGoesToEachSubscriberOnceHoweverOftenItsDocumentComes() async throws {
            let log = analyticsLog(
                document(1, paid: false), document(1, revision: 2), document(1, revision: 3, .confirmed))
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
            let log = analyticsLog(document(1), document(2), document(3))
            let endpoint = Endpoint { id in
                id == "msg_2_order_paid" ? unavailable(id) : .delivered(status: 200)
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
            let (away, fine) = (Endpoint(unavailable), Endpoint())
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
            let log = analyticsLog(document(1), document(2), document(3), document(4))
            let endpoint = Endpoint(unavailable)
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
            let log = analyticsLog(document(1), document(2))
            let endpoint = Endpoint { id in id == "msg_2_order_paid" ? unavailable(id) : .delivered(status: 200) }
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
            let log = analyticsLog(document(1))
            let endpoint = Endpoint(unavailable)
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

            let other = analyticsLog(document(1))
            let before = try DeliveryTests.service(other, ["one": Endpoint(unavailable)])
            try await before.drain()
            let after = try DeliveryTests.service(other, ["two": Endpoint()])
            after.context.nowMilliseconds = now + 60_000
            try await after.tick()
            #expect(try ledgers(other)[1]?.deliveries[0].detail == "there is no endpoint of this name any more")
        }

        @Test func moreThanTheBoundIsNotKeptWaiting() async throws {
            let log = MemoryLog(partitions: partitions)
            for id in 1...10 as ClosedRange<Int64> { log.append(.order(document(id)), to: Topics.orderAnalytics) }
            var limits = WebhookProcessor.Limits()
            limits.pending = 4
            let service = try service(log, ["one": Endpoint(unavailable)], limits: limits)
            try await service.drain()
            let states = try ledgers(log).values.map { $0.deliveries[0].state }
            #expect(states.filter { $0 == .pending }.count == 4 && states.filter { $0 == .failed }.count == 6)
        }

        @Test func whatCannotBeReadIsSetAsideAndSumsAndOldOutcomesAreSkipped() async throws {
            let log = analyticsLog()
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
