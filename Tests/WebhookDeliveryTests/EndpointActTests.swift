import OrderEvents
import StreamTesting
import Testing
import Webhooks

@testable import WebhookDelivery

extension DeliveryTests {
    /// Endpoints that are disabled and enabled, and events that are posted again.
    @Suite struct EndpointActTests {
        @Test func whoAnswers410IsDisabledAndWhatItWouldGetIsLoggedAsFailed() async throws {
            let log = analyticsLog(document(1), document(2))
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
            let log = analyticsLog(document(1), document(2), document(3), document(4))
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
            let log = analyticsLog(document(1))
            let service = try service(log, ["one": Endpoint { _ in .gone }])
            try await service.drain()
            #expect(try await service.tick() == false)
            service.context.nowMilliseconds += WebhookProcessor.markLifetime
            #expect(try await service.tick())
            #expect(try marks(log).count == 2 * Int(partitions))
            #expect(try await service.tick() == false)
        }

        @Test func anEventIsPostedAgainToWhoIsNamedOrToEachSubscriber() async throws {
            let log = analyticsLog(document(1))
            let (one, two) = (Endpoint { _ in .refused(status: 400) }, Endpoint())
            let service = try service(log, ["one": one, "two": two])
            try await service.drain()
            one.answer { _ in .delivered(status: 200) }
            let redelivery = try #require(WebhookRequest.Redelivery(.paid, of: document(1), to: "one"))
            log.append(.redeliver(redelivery), to: Topics.webhookRequests, partition: home(1))
            try await service.drain()
            #expect(one.asked == ["msg_1_order_paid", "msg_1_order_paid"] && two.asked.count == 1)
            #expect(try ledgers(log)[1]?.deliveries.map(\.state) == [.delivered, .delivered])
            #expect(try ledgers(log)[1]?.events[0].payload == nil)
            let both = try #require(WebhookRequest.Redelivery(.paid, of: document(1), to: nil))
            log.append(.redeliver(both), to: Topics.webhookRequests, partition: home(1))
            try await service.drain()
            #expect(one.asked.count == 3 && two.asked.count == 2)
            // Of an order that this service has never seen, too.
            let other = try #require(WebhookRequest.Redelivery(.paid, of: document(9), to: nil))
            log.append(.redeliver(other), to: Topics.webhookRequests, partition: home(9))
            let nobody = try #require(WebhookRequest.Redelivery(.paid, of: document(9), to: "nobody"))
            log.append(.redeliver(nobody), to: Topics.webhookRequests, partition: home(9))
            try await service.drain()
            #expect(one.asked.last == "msg_9_order_paid" && one.asked.count == 4)
        }

        @Test func anEndpointThatIsEnabledIsUsedAgainAndStaysSoOverRestarts() async throws {
            let log = analyticsLog(document(1))
            let endpoint = Endpoint { _ in .gone }
            let service = try service(log, ["one": endpoint])
            try await service.drain()
            endpoint.answer { _ in .delivered(status: 200) }
            service.context.nowMilliseconds += 1_000
            for partition in 0..<partitions {
                log.append(.enable(endpoint: "one"), to: Topics.webhookRequests, partition: partition)
            }
            log.append(.order(document(2)), to: Topics.orderAnalytics)
            try await service.drain()
            #expect(endpoint.asked.last == "msg_2_order_paid")
            service.restart()
            log.append(.order(document(3)), to: Topics.orderAnalytics)
            try await service.drain()
            #expect(endpoint.asked.last == "msg_3_order_paid")
            #expect(try await service.tick() == false)
        }

        @Test func aRequestThatCannotBeReadIsSetAside() async throws {
            let log = analyticsLog()
            log.append(
                MemoryLog.Entry(key: nil, value: Array("{\"explode\":1}".utf8)), to: "webhook-requests", partition: 0)
            let service = try service(log, ["one": Endpoint()])
            try await service.drain()
            #expect(deadLetters("webhook-requests", of: "webhooks-group", on: log).count == 1)
        }
    }
}
