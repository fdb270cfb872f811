import Logging
import Metrics
import OrderTracing
import Synchronization
import Testing

@testable import TraceExport

/// Gives the answers that it was given, and keeps what it got.
private final class Receiver: SpanReceiver {
    private let state: Mutex<(answers: [ExportAnswer], requests: [[UInt8]])>

    init(_ answers: [ExportAnswer]) { state = Mutex((answers, [])) }

    var requests: [[UInt8]] { state.withLock { $0.requests } }

    func receive(_ request: [UInt8]) async -> ExportAnswer {
        state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? .taken(refused: 0) : state.answers.removeFirst()
        }
    }
}

/// Time that passes at once.
private struct NoWait: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration = .zero
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    var now: Instant { Instant() }
    var minimumResolution: Duration { .zero }
    func sleep(until deadline: Instant, tolerance: Duration?) async throws { try Task.checkCancellation() }
}

@Suite struct ExportTests {
    private let queue = SpanQueue(factory: NOOPMetricsHandler.instance)

    private func exporter(_ receiver: Receiver) -> SpanExporter {
        SpanExporter(
            queue, to: receiver, resource: [], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: NoWait(), factory: NOOPMetricsHandler.instance)
    }

    private func fill(_ count: Int) throws {
        let tracer = OrderTracer(service: "api", sampler: Sampler(.on), queue: queue)
        for _ in 0..<count { tracer.finish([try #require(tracer.start("x", .internal, parent: nil)).ended()]) }
    }

    @Test func spansGoOutInBoundedRequests() async throws {
        let receiver = Receiver([])
        try fill(SpanExporter.batch + 1)
        await exporter(receiver).exportWhatWaits()
        #expect(receiver.requests.count == 2 && queue.count == 0)
    }

    @Test func aBatchThatIsNotTakenYetIsSentAgainAsItIs() async throws {
        let receiver = Receiver([.retry(reason: "away", after: nil), .retry(reason: "busy", after: .seconds(2))])
        try fill(1)
        await exporter(receiver).exportWhatWaits()
        #expect(receiver.requests.count == 3 && Set(receiver.requests).count == 1)
    }

    @Test func aBatchThatIsRefusedIsNotSentAgain() async throws {
        let receiver = Receiver([.refused(reason: "400")])
        try fill(1)
        await exporter(receiver).exportWhatWaits()
        #expect(receiver.requests.count == 1 && queue.count == 0)
    }

    @Test func aBatchThatIsNotTakenForAMinuteIsDropped() {
        var plan = ExportPlan(count: 7)
        var waited = Duration.zero
        while case .wait(let wait, _) = plan.answered(.retry(reason: "away", after: nil), jitter: 1) { waited += wait }
        #expect(waited >= .seconds(45) && waited <= ExportPlan.patience)
        #expect(
            plan.answered(.retry(reason: "away", after: nil), jitter: 1) == .drop(label: "undelivered", reason: "away"))
    }

    @Test func aWaitThatTheCollectorAsksForIsKept() {
        var plan = ExportPlan(count: 7)
        #expect(
            plan.answered(.retry(reason: "busy", after: .seconds(9)), jitter: 0.5)
                == .wait(.seconds(9), reason: "busy"))
    }

    @Test func whatACollectorRefusesOfABatchIsCounted() {
        var plan = ExportPlan(count: 7)
        #expect(plan.answered(.taken(refused: 3), jitter: 1) == .next(exported: 4, refused: 3))
    }

    @Test func answersAreReadAsOTLPHasThem() {
        #expect(ExportAnswer(status: 200, body: [], retryAfter: nil) == .taken(refused: 0))
        // partial_success { rejected_spans: 300, error_message: "no" }
        let partial: [UInt8] = [0x0A, 0x07, 0x08, 0xAC, 0x02, 0x12, 0x02, 0x6E, 0x6F]
        #expect(ExportAnswer(status: 200, body: partial, retryAfter: nil) == .taken(refused: 300))
        #expect(ExportAnswer(status: 200, body: [0x0A, 0xFF], retryAfter: nil) == .taken(refused: 0))
        for status in [429, 502, 503, 504] {
            #expect(
                ExportAnswer(status: status, body: [], retryAfter: "7")
                    == .retry(reason: "it answered \(status)", after: .seconds(7)))
        }
        for status in [301, 400, 401, 404, 413, 500, 501] {
            #expect(
                ExportAnswer(status: status, body: [], retryAfter: nil) == .refused(reason: "it answered \(status)"))
        }
        #expect(
            ExportAnswer(status: 503, body: [], retryAfter: "soon") == .retry(reason: "it answered 503", after: nil))
    }
}
