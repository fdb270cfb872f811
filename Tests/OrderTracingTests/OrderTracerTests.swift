import Metrics
import Testing
import Tracing

@testable import OrderTracing

@Suite struct OrderTracerTests {
    private let queue = SpanQueue(capacity: 4, factory: NOOPMetricsHandler.instance)
    private var tracer: OrderTracer { OrderTracer(service: "api", sampler: Sampler(.on), queue: queue) }
    private let parent = SpanContext(
        traceparent: "00-12345678901234567890123456789012-1234567890123456-01", tracestate: ["foo=1"])!

    @Test func aSpanGoesOnWithItsParentsTraceUnderAnIdOfItsOwn() throws {
        let span = try #require(tracer.start("send orders", .producer, parent: parent, at: 5)).ended(at: 9)
        #expect(span.context.traceID == parent.traceID && span.context.spanID != parent.spanID)
        #expect(span.parent == parent && span.context.state == parent.state && !span.context.isRemote)
        #expect((span.start, span.end, span.service) == (5, 9, "api"))
    }

    @Test func withoutAParentATraceBeginsWhereTheSamplerSaysSo() throws {
        #expect(tracer.start("POST", .server, parent: nil)?.ended().parent == nil)
        #expect(
            OrderTracer(service: "api", sampler: Sampler(.off), queue: queue).start("POST", .server, parent: nil) == nil
        )
    }

    @Test func aFullQueueKeepsTheFirstAndNobodyWaits() {
        for number in 0..<6 {
            if let span = tracer.start("\(number)", .internal, parent: nil) { tracer.finish([span.ended()]) }
        }
        #expect(queue.count == 4)
        #expect(queue.take(atMost: 10).map(\.name) == ["0", "1", "2", "3"])
    }

    @Test func attributesAndLinksAreBounded() throws {
        var span = try #require(tracer.start("x", .internal, parent: nil))
        for number in 0..<200 {
            span.set("a\(number)", 1)
            span.link(to: parent)
        }
        let ended = span.ended()
        #expect(ended.attributes.count == OpenSpan.maximumAttributes && ended.links.count == OpenSpan.maximumLinks)
    }

    @Test func aLibrarysSpanBelongsToTheTraceOfItsTask() async throws {
        let tracer = tracer
        await CurrentTrace(parent, tracer: tracer).whileCurrent {
            tracer.withSpan("GET") { span in
                span.attributes["http.request.method"] = "GET"
                span.attributes["url.full"] = "http://h/?token=s3cret"
                #expect(CurrentTrace.current?.context.spanID != parent.spanID)
            }
        }
        let span = try #require(queue.take(atMost: 1).first)
        #expect(span.context.traceID == parent.traceID && span.parent == parent)
        #expect(span.attributes == [SpanAttributePair("http.request.method", "GET")])
    }

    @Test func aLibraryBeginsNoTrace() {
        let tracer = tracer
        tracer.withSpan("GET") { span in #expect(!span.isRecording) }
        #expect(queue.count == 0)
    }

    @Test func anErrorIsNotedByItsTypeAlone() throws {
        struct Secretive: Error, CustomStringConvertible { let description = "customer 42" }
        let tracer = tracer
        try? CurrentTraceBox.with(parent, tracer) { try tracer.withSpan("x") { _ in throw Secretive() } }
        let span = try #require(queue.take(atMost: 1).first)
        #expect(span.attributes.contains(SpanAttributePair("error.type", "Secretive")))
        #expect(!"\(span)".contains("customer 42"))
    }

    @Test func whatIsInjectedIsExtractedAgain() throws {
        let tracer = tracer
        var context = ServiceContext.topLevel
        context[CurrentTrace.Key.self] = CurrentTrace(parent, tracer: nil)
        var headers: [String: String] = [:]
        tracer.inject(context, into: &headers, using: Fields())
        #expect(headers == ["traceparent": parent.traceparent, "tracestate": "foo=1"])
        var found = ServiceContext.topLevel
        tracer.extract(headers, into: &found, using: Fields())
        #expect(found[CurrentTrace.Key.self]?.context == parent)
    }

    private struct Fields: Injector, Extractor {
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
    }

    private enum CurrentTraceBox {
        static func with(_ context: SpanContext, _ tracer: OrderTracer, _ body: () throws -> Void) rethrows {
            var service = ServiceContext.topLevel
            service[CurrentTrace.Key.self] = CurrentTrace(context, tracer: tracer)
            try ServiceContext.$current.withValue(service) { try body() }
        }
    }
}
