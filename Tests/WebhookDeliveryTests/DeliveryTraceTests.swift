import Kafka
import Metrics
import OrderEvents
import OrderTracing
import StreamTesting
import Testing
import Webhooks

@testable import WebhookDelivery

extension DeliveryTests {
    /// Whose trace an attempt carries.
    @Suite struct DeliveryTraceTests {
        private static let parent = SpanContext(
            traceparent: "00-12345678901234567890123456789012-1234567890123456-01", tracestate: ["vendor=1"])!
        private static let other = SpanContext(traceparent: "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01")!

        private func headers(_ trace: SpanContext) -> [RecordHeader] {
            trace.fields.map { RecordHeader($0.name, $0.value) }
        }

        private func traced(_ log: MemoryLog, _ endpoint: Endpoint) throws -> MemoryService {
            let service = try service(log, ["one": endpoint])
            let queue = SpanQueue(factory: NOOPMetricsHandler.instance)
            service.context.trace(with: OrderTracer(service: "webhooks", sampler: Sampler(.on), queue: queue))
            return service
        }

        @Test func aRetryCarriesTheTraceOfItsOrderOverARestart() async throws {
            let log = analyticsLog()
            log.append(.order(document(1)), to: Topics.orderAnalytics, headers: headers(Self.parent))
            log.append(.order(document(2)), to: Topics.orderAnalytics)
            let endpoint = Endpoint(unavailable)
            let service = try traced(log, endpoint)
            try await service.drain()
            #expect(Set(endpoint.traces) == [Self.parent.traceID, nil])
            let kept = try #require(try ledgers(log)[1]?.trace)
            #expect(kept["tracestate"] == "vendor=1")
            #expect(kept["traceparent"]?.hasPrefix("00-\(Self.parent.traceID)") == true)
            #expect(try ledgers(log)[2]?.trace == nil)
            endpoint.answer { _ in .delivered(status: 200) }
            service.restart()
            let before = endpoint.asked.count
            try await settle(service)
            let retries = Dictionary(
                zip(endpoint.asked, endpoint.traces).dropFirst(before), uniquingKeysWith: { first, _ in first })
            #expect(retries == ["msg_1_order_paid": Self.parent.traceID, "msg_2_order_paid": nil])
            // What nobody waits for is not kept.
            #expect(try ledgers(log)[1]?.trace == nil && ledgers(log)[1]?.deliveries[0].state == .delivered)
        }

        @Test func whatIsPostedAgainCarriesTheTraceOfTheRequest() async throws {
            let log = analyticsLog()
            log.append(.order(document(1)), to: Topics.orderAnalytics, headers: headers(Self.parent))
            let endpoint = Endpoint()
            let service = try traced(log, endpoint)
            try await service.drain()
            let request = try #require(WebhookRequest.Redelivery(.paid, of: document(1), to: nil))
            log.append(
                .redeliver(request), to: Topics.webhookRequests, partition: home(1), headers: headers(Self.other))
            try await service.drain()
            #expect(endpoint.traces == [Self.parent.traceID, Self.other.traceID])
        }
    }
}
