/// What kind of failure stopped a batch, and so what is done about it. The one place where transient and permanent are
/// distinguished.
///
/// | fault | who says so | what is done (`BatchPlan`) |
/// |---|---|---|
/// | `dependency` | the gateway, the webhook, the store or the broker is away, busy, full or refuses us | the batch is kept and retried indefinitely, with capped exponential backoff and jitter. Its partitions are paused, polling goes on |
/// | `record` | a record that can never be processed | that record is found by halving the batch, and set aside with this code; the others go on |
/// | `run` | the producer was fenced, the local state is broken, a client is of no further use | this run of the task ends, and another begins: it reads the batch again |
/// | `unknown` | anything that has not said what it is | tried again a few times, then treated as a record's with code `processing_failed` |
///
/// A record that a processor itself sees to be bad is no failure: it gives it to `TaskContext.deadLetter` and goes on.
/// Nothing here helps against a record that kills the process: after the restart it comes again.
public enum Fault: Hashable, Sendable {
    /// The code is for machines and stable: `dependency_unavailable`, `store_unavailable`, …
    case dependency(code: String)
    case record(code: String)
    case run(code: String)
    case unknown

    /// For metrics, health and dead letters.
    public var code: String {
        switch self {
        case .dependency(let code), .record(let code), .run(let code): code
        case .unknown: Fault.unknownCode
        }
    }

    /// The code of a record that failed again and again for a reason that nobody has classified.
    public static let unknownCode = "processing_failed"
}

/// An error that knows which kind of fault it is. Its description is shown to people and must hold no secret.
public protocol ClassifiedError: Error {
    var fault: Fault { get }
    /// Whether the next attempt has less to do than this one had: then it is not made to wait longer than the first.
    var madeProgress: Bool { get }
}

extension ClassifiedError {
    public var madeProgress: Bool { false }
}

extension Fault {
    /// The fault behind an error; `unknown` unless it says so.
    public init(_ error: any Error) {
        self = (error as? any ClassifiedError)?.fault ?? .unknown
    }
}
