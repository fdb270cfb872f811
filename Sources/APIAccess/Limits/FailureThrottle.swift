import OrderEvents
import Synchronization

/// Slows down whoever presents wrong credentials again and again.
///
/// Right ones are always taken: a secret of 256 bits cannot be guessed, and an address may be shared by many. What is
/// bounded is what wrong ones cost: work, log lines, audit records.
public final class FailureThrottle: Sendable {
    /// What to do with a failed attempt.
    public enum Verdict: Sendable, Equatable {
        /// Say what was wrong.
        case answer
        /// Answer late, and ask to come back after so many seconds.
        case slowDown(retryAfterSeconds: Int)
    }

    /// So many failures of an address are answered at once; then one in five seconds.
    static let burst = 10.0
    static let perSecond = 0.2

    private let table = Mutex(BucketTable<String>())

    /// No failures yet.
    public init() {}

    /// Counts a failed attempt from an address.
    public func failed(from address: String, at time: Timestamp) -> Verdict {
        let (isAllowed, bucket) = table.withLock {
            $0.take(address, at: time, capacity: Self.burst, perSecond: Self.perSecond)
        }
        return isAllowed ? .answer : .slowDown(retryAfterSeconds: max(1, bucket.secondsToNext))
    }
}
