import LogLimit
import Logging
import Metrics
import OrderTracing
import ServiceLifecycle
import Telemetry

/// Sends finished spans to the collector, in batches, beside everything else. Nobody waits for it: where the collector
/// is away or too slow, spans are dropped and counted.
public struct SpanExporter: Service {
    /// The most spans of one request.
    static let batch = 512
    /// For so long spans are collected into one.
    static let interval: Duration = .milliseconds(500)
    /// How long what is left may take at the end.
    static let flushPatience: Duration = .seconds(5)

    private let queue: SpanQueue
    private let receiver: any SpanReceiver
    private let resource: [SpanAttributePair]
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let problems = LogLimiter(
        .warning, "spans cannot be handed to the collector of traces", lines: 1, period: .seconds(60))
    private let exported: Counter
    private let undelivered: Counter
    private let refused: Counter

    /// - Parameter resource: the attributes of the process.
    public init(
        _ queue: SpanQueue, to receiver: any SpanReceiver, resource: [SpanAttributePair], logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(), factory: any MetricsFactory = MetricsSystem.factory
    ) {
        self.queue = queue
        self.receiver = receiver
        self.resource = resource
        self.logger = logger
        self.clock = clock
        exported = Metric.traceSpansExported(in: factory)
        undelivered = Metric.traceSpansDropped("undelivered", in: factory)
        refused = Metric.traceSpansDropped("refused", in: factory)
    }

    /// Runs until shutdown, then hands over what is left, for a bounded time.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await export() }
        await flush()
    }

    /// Until the task is cancelled.
    private func export() async {
        while !Task.isCancelled {
            // Cancelled: the loop ends.
            try? await clock.sleep(for: Self.interval)
            await exportWhatWaits()
        }
    }

    /// Each batch until it is handed over or lost; at the end of the task what is left waits for `flush`.
    func exportWhatWaits() async {
        while !Task.isCancelled {
            let spans = queue.take(atMost: Self.batch)
            if spans.isEmpty { return }
            await hand(over: spans)
        }
    }

    private func hand(over spans: [FinishedSpan]) async {
        let request = TraceRequest.encode(spans, resource: resource)
        var plan = ExportPlan(count: spans.count)
        while true {
            switch plan.answered(await receiver.receive(request), jitter: .random(in: 0.5...1)) {
            case .next(let taken, let notTaken): return count(taken, notTaken)
            case .drop(let label, let reason):
                (label == "refused" ? refused : undelivered).increment(by: spans.count)
                return problems.log(to: logger, ["reason": "\(reason)", "dropped": "\(spans.count)"])
            case .wait(let wait, let reason):
                problems.log(to: logger, ["reason": "\(reason)", "retry_in": "\(wait)"])
                do {
                    try await clock.sleep(for: wait)
                } catch {
                    // Cancelled: one more try, in `flush`, which is bounded.
                    return queue.giveBack(spans)
                }
            }
        }
    }

    private func count(_ taken: Int, _ notTaken: Int) {
        exported.increment(by: taken)
        guard notTaken > 0 else { return }
        refused.increment(by: notTaken)
        problems.log(to: logger, ["reason": "it refused some", "dropped": "\(notTaken)"])
    }

    private func flush() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await exportWhatWaits() }
            group.addTask { [clock] in
                // Cancelled: everything was handed over.
                try? await clock.sleep(for: Self.flushPatience)
            }
            await group.next()
            group.cancelAll()
        }
        let left = queue.take(atMost: .max).count
        guard left > 0 else { return }
        undelivered.increment(by: left)
        logger.warning(
            "spans were not handed to the collector of traces before the end", metadata: ["dropped": "\(left)"])
    }
}
