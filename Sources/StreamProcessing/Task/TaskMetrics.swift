import Kafka
import Metrics
import Telemetry

/// What a task reports about itself.
struct TaskMetrics: Sendable {
    private let service: String
    private let processed: Counter
    private let latency: TalliedTimes
    private let records: Counter
    private let deadLetters: Counter
    private let batches: Counter
    private let failures: Counter
    private let commitTime: Metrics.Timer
    private let transactions: (committed: Counter, aborted: Counter)
    private let stateSize: Meter?

    /// - Parameters:
    ///   - inputs: the topics that it reads.
    ///   - hasState: whether it keeps keyed state.
    init(service: String, inputs: [String] = [], hasState: Bool = false) {
        self.service = service
        processed = Metric.recordsProcessed(service)
        latency = Metric.stageLatency.tallied(service)
        records = Metric.recordsEmitted(service)
        deadLetters = Metric.deadLetters(service)
        batches = Metric.batchesCommitted(service)
        failures = Metric.batchesFailed(service)
        commitTime = Metric.commitDuration(service)
        transactions = (Metric.transactions(service, "committed"), Metric.transactions(service, "aborted"))
        stateSize = hasState ? Metric.stateSize(service) : nil
        // There from the start, so that the first cut is an increase.
        for topic in inputs { _ = Metric.logCutRecords(service, topic) }
    }

    func committed(emitted: Int, deadLettered: Int, took: Duration) {
        records.increment(by: emitted)
        if deadLettered > 0 { deadLetters.increment(by: deadLettered) }
        batches.increment()
        commitTime.recordNanoseconds(took.nanoseconds)
    }

    /// Records are through. Counted apart from atomic operations, and given over once for all of them.
    ///
    /// - Parameter now: milliseconds since 1970.
    func handled(_ batch: RecordBatch, now: Int64) {
        processed.increment(by: batch.count)
        var tally = latency.makeTally()
        batch.withRecords { records in
            for record in records where record.timestamp >= 0 { tally.observe(milliseconds: now - record.timestamp) }
        }
        latency.add(tally)
    }

    func transactionCommitted() { transactions.committed.increment() }
    func transactionAborted() { transactions.aborted.increment() }

    func state(bytes: UInt64) { stateSize?.set(Double(bytes)) }

    func cut(_ cut: PositionCut) {
        Metric.logCutRecords(service, cut.place.topic).increment(by: cut.isReplaced ? 0 : cut.to - cut.from)
    }

    /// The codes are a fixed, small set: a record's own ones (`missing_field`) count as one.
    func failed(_ fault: Fault) {
        failures.increment()
        let code = if case .record = fault { "record" } else { fault.code }
        Metric.retries(service, code).increment()
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
