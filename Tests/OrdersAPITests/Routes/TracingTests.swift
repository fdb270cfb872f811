import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Metrics
import OrderEvents
import OrderTracing
import Synchronization
import Testing
import Tracing

@testable import OrdersAPI

@Suite("Traces of requests")
struct TracingTests {
    private static let trace = "12345678901234567890123456789012"
    private static let parent = "00-\(trace)-1234567890123456-01"
    private static let order = #"{"customer_id":42,"amount":1,"currency":"USD","country":"US"}"#

    private let queue = SpanQueue(factory: NOOPMetricsHandler.instance)

    /// Remembers in which trace orders are appended.
    private final class Log: OrderLog {
        let topic = "orders"
        private let seen = Mutex<[TraceID?]>([])
        var traces: [TraceID?] { seen.withLock { $0 } }

        func append(_ order: Order, isTimeAssigned: Bool) async throws(OrderLogError) -> LogReceipt {
            seen.withLock { $0.append(CurrentTrace.current?.context.traceID) }
            return LogReceipt(partition: 1, offset: 1)
        }
    }

    private func spans(
        _ sampler: Sampler = Sampler(.on), log: Log = Log(),
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws -> [FinishedSpan] {
        let tracer = OrderTracer(service: "api", sampler: sampler, queue: queue)
        try await APIFixture(log: log, tracer: tracer).test(body)
        return queue.take(atMost: .max)
    }

    private func headers(_ fields: [(HTTPField.Name, String)]) -> HTTPFields {
        HTTPFields(fields.map { HTTPField(name: $0.0, value: $0.1) })
    }

    @Test("an order that is placed goes on with the trace of its request")
    func goesOn() async throws {
        let log = Log()
        let spans = try await spans(log: log) { client in
            _ = try await client.post(Self.order, headers: headers([(.traceparent, Self.parent)]))
        }
        let span = try #require(spans.first)
        #expect(spans.count == 1 && span.name == "POST /api/orders" && span.kind == .server)
        #expect(span.parent?.traceparent == Self.parent && "\(span.context.traceID)" == Self.trace)
        #expect(span.attributes.contains(SpanAttributePair("http.response.status_code", 202)))
        #expect(log.traces == [span.context.traceID])
    }

    @Test("a trace begins with an order, and with no other request")
    func begins() async throws {
        let spans = try await spans { client in
            _ = try await client.post(Self.order)
            _ = try await client.get("/api/stats")
            _ = try await client.get("/healthz")
        }
        #expect(spans.map(\.name) == ["POST /api/orders"] && spans[0].parent == nil)
    }

    @Test("a request of any kind goes on with the trace that it names")
    func others() async throws {
        let spans = try await spans { client in
            _ = try await client.get("/api/orders/77", headers: headers([(.traceparent, " \(Self.parent)\t")]))
        }
        #expect(spans.count == 1 && "\(spans[0].context.traceID)" == Self.trace)
        // The path would name the order.
        #expect(!spans[0].name.contains("77") && spans[0].name.hasPrefix("GET /api/orders/"))
        #expect(spans[0].status == .unset)
    }

    @Test("two headers name no trace, and states of several headers are one")
    func several() async throws {
        let other = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01"
        let spans = try await spans { client in
            let twice = headers([(.traceparent, Self.parent), (.traceparent, other)])
            _ = try await client.post(Self.order, headers: twice)
            let states = headers([(.traceparent, Self.parent), (.tracestate, "a=1"), (.tracestate, "b=2")])
            _ = try await client.post(Self.order, headers: states)
        }
        #expect(spans.count == 2 && spans[0].parent == nil)
        #expect("\(spans[1].context.state)" == "a=1,b=2")
    }

    @Test("a trace that is not recorded is still the order's")
    func unsampled() async throws {
        let log = Log()
        let spans = try await spans(Sampler(.off), log: log) { client in
            let unsampled = Self.parent.dropLast(2) + "00"
            _ = try await client.post(Self.order, headers: headers([(.traceparent, String(unsampled))]))
            _ = try await client.post(Self.order)
        }
        #expect(spans.isEmpty)
        #expect(log.traces.map { $0.map { "\($0)" } } == [Self.trace, nil])
    }
}
