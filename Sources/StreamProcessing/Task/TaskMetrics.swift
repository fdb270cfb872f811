import Metrics

/// What a task reports about itself.
struct TaskMetrics: Sendable {
    private let service: String
    private let records: Counter
    private let deadLetters: Counter
    private let transactions: Counter
    private let failures: Counter
    private let commitTime: Metrics.Timer

    init(service: String) {
        self.service = service
        let labels = [("service", service)]
        records = Counter(label: "orders_records_emitted_total", dimensions: labels)
        deadLetters = Counter(label: "orders_dead_letters_total", dimensions: labels)
        transactions = Counter(label: "orders_batches_committed_total", dimensions: labels)
        failures = Counter(label: "orders_batches_failed_total", dimensions: labels)
        commitTime = Metrics.Timer(label: "orders_commit_duration_seconds", dimensions: labels)
    }

    func committed(emitted: Int, deadLettered: Int, took: Duration) {
        records.increment(by: emitted)
        if deadLettered > 0 { deadLetters.increment(by: deadLettered) }
        transactions.increment()
        let parts = took.components
        commitTime.recordNanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }

    func cut(_ cut: PositionCut) {
        Counter(label: "orders_log_cut_records_total", dimensions: [("service", service), ("topic", cut.place.topic)])
            .increment(by: cut.isReplaced ? 0 : cut.to - cut.from)
    }

    /// The codes are a fixed, small set: a record's own ones (`missing_field`) count as one.
    func failed(_ fault: Fault) {
        failures.increment()
        let code = if case .record = fault { "record" } else { fault.code }
        Counter(label: "orders_retries_total", dimensions: [("service", service), ("code", code)]).increment()
    }
}
