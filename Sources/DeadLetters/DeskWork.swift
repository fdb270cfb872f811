import OrderEvents

/// One run of the desk: gathers what is decided into batches and writes them. Belongs to the desk's thread; blocks.
final class DeskWork {
    private var planner: ReplayPlanner
    /// nil in a dry run.
    private let transactions: DeskTransactions?
    private let now: @Sendable () -> Int64
    private let report: DeadLetterDesk.Report
    private var summary = DeadLetterSummary()

    private var records: [ReplayRecord] = []
    private var decisions: [DeadLetterDecision] = []
    private var outcomes: [DeadLetterOutcome] = []
    private var bytes = 0
    private var discarded: Set<DeadLetterID> = []

    /// One transaction has at most so many decisions, and is closed at so many bytes: well under what a broker does in
    /// its timeout.
    private static let batchCount = 500
    private static let batchBytes = 4 << 20

    init(
        planner: ReplayPlanner, transactions: DeskTransactions?, now: @escaping @Sendable () -> Int64,
        report: @escaping DeadLetterDesk.Report
    ) {
        self.planner = planner
        self.transactions = transactions
        self.now = now
        self.report = report
    }

    func close() { transactions?.close() }

    /// What was decided, this run's decisions included.
    var ledger: DeadLetterLedger { planner.ledger }

    /// Whether this run replays the dead letter's origin.
    func coversOrigin(of letter: DeadLetter) -> Bool { planner.covers(letter.origin) }

    func replay(_ letter: DeadLetter, _ mended: ReplacedValue) throws {
        switch planner.plan(letter, mended, now: now()) {
        case .send(let record, let decision):
            records.append(record)
            bytes += (record.value?.count ?? 0) + (record.key?.count ?? 0)
            let place =
                "\(record.topic)[\(record.partition)], attempt \(decision.attempt)\(decision.isCorrected ? ", corrected" : "")"
            try add(decision, DeadLetterOutcome(kind: .replayed, id: letter.id, letter: letter, detail: "to \(place)"))
        case .covered:
            try tell(.covered, letter, "the same record as another dead letter of \(letter.origin)")
        case .done(let at):
            try tell(.alreadyReplayed, letter, "replayed \(Moment.text(at))")
        case .refused(let reason):
            try tell(.refused, letter, reason)
        }
    }

    func discard(_ letter: DeadLetter) throws {
        let standing = planner.ledger.standing(of: letter)
        switch standing.state {
        case .replayed:
            try tell(
                .refused, letter, "it was replayed \(Moment.text(standing.decidedAt ?? 0)): there is nothing to discard"
            )
        case .discarded: try tell(.alreadyDiscarded, letter, "discarded \(Moment.text(standing.decidedAt ?? 0))")
        case .open:
            // Named twice: decided once.
            guard discarded.insert(letter.id).inserted else { return }
            let decision = DeadLetterDecision(
                action: .discarded, letter: letter, at: now(), attempt: letter.attempts, by: planner.by)
            try add(decision, DeadLetterOutcome(kind: .discarded, id: letter.id, letter: letter, detail: letter.reason))
        }
    }

    func missing(_ id: DeadLetterID) throws {
        summary.add(.missing)
        try report(
            DeadLetterOutcome(
                kind: .missing, id: id, letter: nil,
                detail:
                    "there is no such dead letter (any more); `orders dlq list --state all` shows those that there are")
        )
    }

    /// Writes what is left.
    func finish() throws -> DeadLetterSummary {
        try write()
        return summary
    }

    private func tell(_ kind: DeadLetterOutcome.Kind, _ letter: DeadLetter, _ detail: String) throws {
        let outcome = DeadLetterOutcome(kind: kind, id: letter.id, letter: letter, detail: detail)
        // What rests on a record that is not committed yet is certain only with it.
        if kind == .covered, !decisions.isEmpty { return outcomes.append(outcome) }
        summary.add(kind)
        try report(outcome)
    }

    private func add(_ decision: DeadLetterDecision, _ outcome: DeadLetterOutcome) throws {
        decisions.append(decision)
        outcomes.append(outcome)
        if decisions.count >= DeskWork.batchCount || bytes >= DeskWork.batchBytes { try write() }
    }

    private func write() throws {
        if !decisions.isEmpty { try transactions?.write(records, decisions) }
        for outcome in outcomes {
            summary.add(outcome.kind)
            try report(outcome)
        }
        records.removeAll(keepingCapacity: true)
        decisions.removeAll(keepingCapacity: true)
        outcomes.removeAll(keepingCapacity: true)
        bytes = 0
    }
}
