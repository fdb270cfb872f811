import OrderTracing
import Testing
import Tracing

@testable import TraceExport

@Suite struct TraceRequestTests {
    /// The fields of a message; of one that comes several times all.
    private func fields(_ bytes: some Collection<UInt8>) -> [Int: [ProtobufReader.Value]] {
        var reader = ProtobufReader(bytes)
        var fields: [Int: [ProtobufReader.Value]] = [:]
        while let (field, value) = reader.next() { fields[field, default: []].append(value) }
        return fields
    }

    private func messages(_ number: Int, in bytes: some Collection<UInt8>) -> [ArraySlice<UInt8>] {
        (fields(bytes)[number] ?? []).compactMap { if case .bytes(let bytes) = $0 { bytes } else { nil } }
    }

    /// The first message of a field, and of a field in it.
    private func message(_ path: Int..., in bytes: [UInt8]) throws -> [UInt8] {
        try path.reduce(bytes) { bytes, number in Array(try #require(messages(number, in: bytes).first)) }
    }

    private func text(_ number: Int, in bytes: some Collection<UInt8>) -> String? {
        messages(number, in: bytes).first.map { String(decoding: $0, as: UTF8.self) }
    }

    private func span(_ service: String, parent: SpanContext? = nil) throws -> FinishedSpan {
        let tracer = OrderTracer(service: service, sampler: Sampler(.on), queue: SpanQueue())
        var span = try #require(tracer.start("process orders", .consumer, parent: parent, at: 1))
        span.set("messaging.kafka.offset", 7)
        return span.ended(at: 2)
    }

    @Test func spansAreGroupedByTheirService() throws {
        let request = TraceRequest.encode(
            [try span("fraud"), try span("api"), try span("fraud")],
            resource: [SpanAttributePair("service.version", "1")])
        let resources = messages(1, in: request)
        let names = try resources.map { resource in
            let attributes = messages(1, in: try message(1, in: Array(resource)))
            let name = try #require(attributes.first { text(1, in: $0) == "service.name" })
            return text(1, in: try message(2, in: Array(name)))
        }
        #expect(names == ["api", "fraud"])
        let counts = try resources.map { messages(2, in: try message(2, in: Array($0))).count }
        #expect(counts == [1, 2])
    }

    @Test func aServiceNameOfTheProcessIsEverybodys() throws {
        let request = TraceRequest.encode(
            [try span("fraud")], resource: [SpanAttributePair("service.name", "shop")])
        #expect(messages(1, in: try message(1, 1, in: request)).count == 1)
    }

    @Test func aSpanHasItsIdsItsParentAndItsFlags() throws {
        let parent = try #require(
            SpanContext(traceparent: "00-12345678901234567890123456789012-1234567890123456-01", tracestate: ["foo=1"]))
        let span = try span("fraud", parent: parent)
        let request = TraceRequest.encode([span], resource: [])
        let bytes = try message(1, 2, 2, in: request)
        #expect(messages(1, in: bytes).first.map(Array.init) == parent.traceID.bytes)
        #expect(messages(2, in: bytes).first.map(Array.init) == span.context.spanID.bytes)
        #expect(messages(4, in: bytes).first.map(Array.init) == parent.spanID.bytes)
        #expect(text(3, in: bytes) == "foo=1" && text(5, in: bytes) == "process orders")
        // Consumer.
        #expect(fields(bytes)[6] == [.varint(5)])
        #expect(fields(try message(9, 2, in: bytes))[3] == [.varint(7)])
    }
}
