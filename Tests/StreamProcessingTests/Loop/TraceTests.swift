import Kafka
import Metrics
import OrderEvents
import OrderTracing
import StreamTesting
import Testing
import Tracing

@testable import StreamProcessing

/// What the loop does with traces, over topics in memory.
@Suite struct TraceTests {
    private static let parent = SpanContext(
        traceparent: "00-12345678901234567890123456789012-1234567890123456-01", tracestate: ["vendor=1"])!
    private static let other = SpanContext(traceparent: "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01")!

    private let queue = SpanQueue(factory: NOOPMetricsHandler.instance)
    private func tracer(_ sampler: Sampler = Sampler(.on)) -> OrderTracer {
        OrderTracer(service: "process", sampler: sampler, queue: queue)
    }
    private var spans: [FinishedSpan] { queue.take(atMost: .max) }

    private func append(_ key: String, _ trace: SpanContext?, to log: MemoryLog) {
        let headers = [RecordHeader("kept", "as it is")] + (trace?.fields ?? []).map { RecordHeader($0.name, $0.value) }
        log.append(
            MemoryLog.Entry(key: Array(key.utf8), value: Array("1".utf8), headers: headers), to: "in", partition: 0)
    }

    private func attribute(_ name: String, of span: FinishedSpan) -> SpanValue? {
        span.attributes.first { $0.name == name }?.value
    }

    @Test func whatIsSentUnderAnOrdersIdGoesOnWithItsTrace() async throws {
        let log = MemoryLog(partitions: 2)
        append("1", Self.parent, to: log)
        append("2", nil, to: log)
        try await SimulatedLoop(log, tracer: tracer(), Forward()).settle()
        let spans = spans
        let process = try #require(spans.first { $0.name == "process in" })
        let send = try #require(spans.first { $0.name == "send out" })
        #expect(spans.count == 2 && process.service == LoopFixture.definition.name)
        #expect(process.parent == Self.parent && process.kind == .consumer && process.status == .unset)
        #expect(send.parent == process.context && send.kind == .producer)
        #expect(attribute("messaging.kafka.offset", of: process) == 0)
        #expect(attribute("messaging.consumer.group.name", of: process) == "copy-group")
        let sent = log.entries("out")
        #expect(sent[0].headers == send.context.fields.map { RecordHeader($0.name, $0.value) })
        #expect(sent[0].header("tracestate") == "vendor=1")
        #expect(sent[1].headers.isEmpty)
    }

    @Test func whatSeveralRecordsCausedGoesOnWithTheLastAndIsLinkedToTheOthers() async throws {
        let log = MemoryLog(partitions: 2)
        append("1", Self.other, to: log)
        append("1", Self.parent, to: log)
        try await SimulatedLoop(log, tracer: tracer(), Forward(once: true)).settle()
        let spans = spans
        let send = try #require(spans.first { $0.name == "send out" })
        #expect(send.context.traceID == Self.parent.traceID)
        #expect(send.links.map(\.traceID) == [Self.other.traceID])
    }

    @Test func anAttemptThatFailsIsASpanWithAnErrorAndSendsNothing() async throws {
        let log = MemoryLog(partitions: 2)
        append("1", Self.parent, to: log)
        let loop = try SimulatedLoop(log, tracer: tracer(), Forward())
        loop.client.failures[.commitTransaction] = [
            .init(KafkaError(code: .state, message: "no", mustAbortTransaction: true))
        ]
        try await loop.settle()
        let spans = spans
        #expect(spans.map(\.name) == ["process in", "process in", "send out"])
        #expect(spans[0].status != .unset && spans[1].status == .unset)
        #expect(spans[2].parent == spans[1].context)
    }

    @Test func aRecordThatIsSetAsideSaysWhyInItsSpanAndKeepsItsHeaders() async throws {
        let log = MemoryLog(partitions: 2)
        append("1", Self.parent, to: log)
        try await SimulatedLoop(log, tracer: tracer(), Refusing()).settle()
        #expect(spans.map(\.status) == [.error("not_wanted")])
        let letter = try #require(log.entries("in.copy-group.dlq").first)
        #expect(letter.header("traceparent") == Self.parent.traceparent && letter.header("kept") == "as it is")
    }

    @Test func aTraceThatIsNotRecordedIsHandedOnAsItCame() async throws {
        let log = MemoryLog(partitions: 2)
        var unsampled = Self.parent
        unsampled.isSampled = false
        append("1", unsampled, to: log)
        try await SimulatedLoop(log, tracer: tracer(), Forward()).settle()
        #expect(spans.isEmpty)
        #expect(log.entries("out")[0].headers == unsampled.fields.map { RecordHeader($0.name, $0.value) })
    }

    @Test func aHeaderThatIsNoTraceparentIsIgnored() async throws {
        let log = MemoryLog(partitions: 2)
        log.append(
            MemoryLog.Entry(
                key: Array("1".utf8), value: Array("1".utf8), headers: [RecordHeader("traceparent", "garbage")]),
            to: "in", partition: 0)
        try await SimulatedLoop(log, tracer: tracer(), Forward()).settle()
        #expect(spans.isEmpty && log.entries("out")[0].headers.isEmpty)
    }

    @Test func withoutATracerNothingIsLookedAt() async throws {
        let log = MemoryLog(partitions: 2)
        append("1", Self.parent, to: log)
        try await SimulatedLoop(log, Forward()).settle()
        #expect(log.entries("out")[0].headers.isEmpty)
    }

    @Test func aRecordThatIsForwardedCarriesOneTraceparent() async throws {
        let log = MemoryLog(partitions: 2)
        append("1", Self.parent, to: log)
        try await SimulatedLoop(log, tracer: tracer(), Forward(keepsHeaders: true)).settle()
        let headers = log.entries("out")[0].headers
        #expect(headers.map(\.name) == ["kept", "traceparent", "tracestate"])
        #expect(headers[1].text != Self.parent.traceparent)
    }

    @Test func aCallForTheBatchIsASpanOfEachOfItsTraces() async throws {
        let log = MemoryLog(partitions: 2)
        append("1", Self.parent, to: log)
        append("2", Self.other, to: log)
        append("3", nil, to: log)
        try await SimulatedLoop(log, tracer: tracer(), Calling()).settle()
        let spans = spans
        let calls = spans.filter { $0.name == "upsert" }
        #expect(calls.map(\.context.traceID) == [Self.parent.traceID, Self.other.traceID])
        #expect(calls.map(\.parent) == spans.filter { $0.name == "process in" }.map(\.context))
        #expect(calls.allSatisfy { $0.kind == .client && $0.end >= $0.start })
    }

    @Test func whatIsDoneForARecordIsDoneInItsTrace() async throws {
        let log = MemoryLog(partitions: 2)
        append("1", Self.parent, to: log)
        append("2", nil, to: log)
        let calling = Calling()
        try await SimulatedLoop(log, tracer: tracer(), calling).settle()
        #expect(calling.traces == [Self.parent.traceID, nil])
    }

    /// Sends each record on.
    private final class Forward: StreamProcessor {
        private let once: Bool
        private let keepsHeaders: Bool

        init(once: Bool = false, keepsHeaders: Bool = false) { (self.once, self.keepsHeaders) = (once, keepsHeaders) }

        nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
            for record in once ? batch.part(0..<1) : batch {
                try context.send(
                    OutgoingRecord(
                        partition: record.partition, key: record.key!, value: record.value,
                        headers: keepsHeaders ? record.headers : []), to: "out")
            }
        }
    }

    private final class Refusing: StreamProcessor {
        nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
            for record in batch { context.deadLetter(record, DeadLetterReason(code: "not_wanted", detail: "no")) }
        }
    }

    private final class Calling: StreamProcessor {
        var traces: [TraceID?] = []

        nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
            await context.traced("upsert", []) {}
            for record in batch {
                await context.inTrace(of: record) { traces.append(CurrentTrace.current?.context.traceID) }
            }
        }
    }
}
