import Metrics
import Synchronization
import Telemetry

/// Where finished spans wait for the exporter. Bounded: what does not fit is dropped and counted, and nobody waits.
public final class SpanQueue: Sendable {
    /// Some megabytes.
    public static let capacity = 16_384

    private let capacity: Int
    private let spans = Mutex<[FinishedSpan]>([])
    private let dropped: Counter

    public init(capacity: Int = SpanQueue.capacity, factory: any MetricsFactory = MetricsSystem.factory) {
        self.capacity = capacity
        dropped = Metric.traceSpansDropped("queue_full", in: factory)
    }

    /// Hands spans over. Of those that do not fit the first are kept.
    public func add(_ new: [FinishedSpan]) {
        let taken = spans.withLock { spans in
            let taken = min(new.count, max(capacity - spans.count, 0))
            spans += new.prefix(taken)
            return taken
        }
        if taken < new.count { dropped.increment(by: new.count - taken) }
    }

    /// Takes the oldest out, for the exporter.
    package func take(atMost limit: Int) -> [FinishedSpan] {
        spans.withLock { spans in
            let taken = Array(spans.prefix(limit))
            spans.removeFirst(taken.count)
            return taken
        }
    }

    /// Puts back what was taken and not handed over, before the others.
    package func giveBack(_ taken: [FinishedSpan]) { spans.withLock { $0.insert(contentsOf: taken, at: 0) } }

    /// How many wait.
    public var count: Int { spans.withLock { $0.count } }
}
