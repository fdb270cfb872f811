/// How often, and how fast, failures are answered.
public struct HandlingPolicy: Sendable {
    /// The waits between attempts. Ten seconds at most: what is back is used again soon, and one attempt of one
    /// instance every few seconds burdens nobody.
    public var backoff = Backoff(cap: .seconds(10))
    /// How often a whole batch with an unknown failure is tried before its parts are.
    public var batchAttempts = 3
    /// How often a single record with an unknown failure is tried before it is set aside.
    public var recordAttempts = 2

    public init() {}
}

/// How one batch after the other is got through: the pure half of the loop. What happened goes in, what to do next comes out; `TaskRun`
/// does it.
///
/// A batch is one piece to begin with. A fault of a record halves the piece in which it is, until the record stands
/// alone and is set aside; each piece is a transaction of its own, in the order of the log. What is too large for the
/// broker is tried once more with dead letters that leave the record's bytes out, so that no record is too large to be
/// set aside. Failures in a row, and records set aside in a row, make the waits longer. Only a success, or progress
/// within the batch, makes them short again. So an outage that nobody has classified sets aside a record every few
/// waits, and not a stream of them.
struct BatchPlan {
    enum Step: Equatable {
        /// Try the piece at hand again after this long.
        case retry(after: Duration)
        /// Go on at once with the piece at hand, which has become a smaller one, or one to be set aside.
        case proceed
        /// End this run of the task.
        case endRun
    }

    /// A run of records: in one transaction either processed, or set aside.
    struct Piece: Equatable {
        var records: Range<Int>
        /// Why it is set aside, if it is.
        var verdict: DeadLetterReason?
        /// Whether its dead letters leave the record's bytes out: with them they were too large.
        var omitsRecordBytes = false
        /// Failures of unknown kind.
        fileprivate var attempts = 0
        fileprivate var isPart = false

        init(_ records: Range<Int>) { self.records = records }
    }

    /// What remains, the next one last.
    private var pieces: [Piece] = []
    /// Since the last success, in this batch or before it.
    private(set) var failuresInARow: Int

    init(failuresInARow: Int = 0) { self.failuresInARow = failuresInARow }

    /// The next batch. What is left of the one before is dropped.
    mutating func begin(count: Int) {
        pieces.removeAll(keepingCapacity: true)
        if count > 0 { pieces.append(Piece(0..<count)) }
    }

    /// Nothing fails any more, as far as can be known.
    mutating func forgetFailures() { failuresInARow = 0 }

    /// What to do next; nil: the batch is done.
    var next: Piece? { pieces.last }

    /// The piece at hand is committed.
    mutating func succeeded() {
        if pieces.removeLast().verdict == nil { failuresInARow = 0 }
    }

    /// The piece at hand failed, and was rolled back.
    mutating func failed(
        _ fault: Fault, madeProgress: Bool = false, detail: @autoclosure () -> String, policy: HandlingPolicy,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        failuresInARow = madeProgress ? 1 : failuresInARow + 1
        let wait = policy.backoff.delay(attempt: failuresInARow - 1, using: &random)
        guard var piece = pieces.popLast() else { return .endRun }
        defer { if piece.records.count > 0 { pieces.append(piece) } }
        switch fault {
        case .run: return .endRun
        case .dependency: return .retry(after: wait)
        // First without what may have been too much: a record of the largest size and the reason for its being set
        // aside are more than that.
        case .tooLarge where piece.records.count == 1 && !piece.omitsRecordBytes:
            piece.omitsRecordBytes = true
            return .proceed
        // Setting it aside failed: the fault is not the record's.
        case _ where piece.verdict != nil: return .retry(after: wait)
        case .record: break
        case .unknown:
            piece.attempts += 1
            let isHalved = piece.isPart && piece.records.count > 1
            let attempts = piece.records.count == 1 ? policy.recordAttempts : policy.batchAttempts
            if !isHalved, piece.attempts < attempts { return .retry(after: wait) }
        }
        if piece.records.count == 1 {
            piece.verdict = DeadLetterReason(code: fault.code, detail: detail())
        } else {
            let middle = piece.records.lowerBound + piece.records.count / 2
            pieces.append(BatchPlan.part(middle..<piece.records.upperBound))
            piece = BatchPlan.part(piece.records.lowerBound..<middle)
        }
        return .proceed
    }

    private static func part(_ records: Range<Int>) -> Piece {
        var piece = Piece(records)
        piece.isPart = true
        return piece
    }
}
