import OrderEvents
import Kafka
import StreamProcessing

/// How dead letters are replayed.
public struct ReplayOptions: Hashable, Sendable {
    /// A dead letter whose record was replayed so often already is refused.
    public var maximumAttempts = 3
    /// Sends also what the services will set aside again.
    public var isForced = false
    /// Replays dead letters that were discarded, too.
    public var takesDiscarded = false

    public init(maximumAttempts: Int = 3, isForced: Bool = false, takesDiscarded: Bool = false) {
        self.maximumAttempts = maximumAttempts
        self.isForced = isForced
        self.takesDiscarded = takesDiscarded
    }
}

/// A value in place of a dead letter's original one.
public enum ReplacedValue: Hashable, Sendable {
    case original
    case value([UInt8])
}

/// A record that goes back on its topic.
struct ReplayRecord: Hashable {
    var topic: String
    var partition: Int32
    var key: [UInt8]?
    var value: [UInt8]?
    /// Milliseconds since 1970; nil: not known, the time of sending.
    var timestamp: Int64?
    var headers: [RecordHeader]
}

/// Decides for one dead letter after the other what a replay does. Pure: what it decided is carried out, or dropped, by
/// whoever asked.
struct ReplayPlanner {
    enum Verdict: Hashable {
        /// Send the record, and record the decision with it.
        case send(ReplayRecord, DeadLetterDecision)
        /// Another dead letter of the same origin was replayed in this run: one record serves them all.
        case covered
        /// It was replayed before: nothing to do.
        case done(at: Int64)
        case refused(String)
    }

    let options: ReplayOptions
    /// The partition counts of the topics that exist; of those of the flow, the count of homes.
    let partitions: [String: Int32]
    /// Who decides.
    let by: String
    private(set) var ledger: DeadLetterLedger
    /// The origins of this run, with a fingerprint of what is sent for each.
    private var sent: [DeadLetterOrigin: Int] = [:]

    init(options: ReplayOptions, partitions: [String: Int32], ledger: DeadLetterLedger, by: String) {
        self.options = options
        self.partitions = partitions
        self.ledger = ledger
        self.by = by
    }

    /// - Parameter now: milliseconds since 1970.
    mutating func plan(_ letter: DeadLetter, _ mended: ReplacedValue, now: Int64) -> Verdict {
        let value: [UInt8]?
        var isCorrected = false
        switch mended {
        case .original: value = letter.value
        case .value(let bytes):
            value = bytes
            isCorrected = bytes != letter.value
        }
        if let fingerprint = sent[letter.origin] {
            return fingerprint == value.hashValue
                ? .covered
                : .refused(
                    "another dead letter of \(letter.origin) was replayed in this run with another value; one record can have only one"
                )
        }
        let standing = ledger.standing(of: letter)
        switch standing.state {
        case .replayed: return .done(at: standing.decidedAt ?? 0)
        case .discarded where !options.takesDiscarded:
            return .refused("it was discarded; --state discarded replays it all the same")
        default: break
        }
        if mended == .original, letter.hasOrigin, let bytes = letter.omittedBytes {
            return .refused(
                """
                the dead letter does not hold the record's \(bytes) bytes, which were too large for it; they are at \(letter.origin). \
                Give it a value (--value-file, --from)
                """)
        }
        if let refusal = refusal(letter, value) { return .refused(refusal) }
        let route = ReplayValue.route(letter, value: value, partitions: partitions[letter.origin.topic] ?? 1)
        let attempt = letter.attempts + 1
        let headers =
            letter.headers + [
                RecordHeader(DeadLetterHeader.attempts, "\(attempt)"),
                RecordHeader(DeadLetterHeader.replayOf, letter.id.description),
            ]
        let decision = DeadLetterDecision(
            action: .replayed, letter: letter, at: now, attempt: attempt, isCorrected: isCorrected, by: by)
        ledger.add(decision)
        sent[letter.origin] = value.hashValue
        return .send(
            ReplayRecord(
                topic: letter.origin.topic, partition: route.partition, key: route.key, value: value,
                timestamp: letter.timestamp,
                headers: headers),
            decision)
    }

    /// Whether this run replays that record.
    func covers(_ origin: DeadLetterOrigin) -> Bool { sent[origin] != nil }

    private func refusal(_ letter: DeadLetter, _ value: [UInt8]?) -> String? {
        guard letter.hasOrigin else {
            return "its headers do not say which record it was, so there is no place to put it back to"
        }
        if let obstacle = ReplayValue.obstacle(topic: letter.origin.topic) { return obstacle }
        guard let count = partitions[letter.origin.topic] else { return "there is no topic \(letter.origin.topic)" }
        guard letter.origin.partition < count else {
            return "\(letter.origin.topic) has no partition \(letter.origin.partition)"
        }
        guard letter.attempts < options.maximumAttempts else {
            let times = letter.attempts == 1 ? "once" : "\(letter.attempts) times"
            return
                "it was replayed \(times) and failed again each time; --max-attempts \(letter.attempts + 1) allows one more"
        }
        if !options.isForced, let fault = ReplayValue.fault(topic: letter.origin.topic, value: value) {
            return
                "it would fail again: \(fault). Correct the value (--value-file, --from), or send it as it is with --force"
        }
        if !options.isForced, let conflict = ReplayValue.conflict(letter, value: value) { return conflict }
        return nil
    }
}
