import OrderEvents
import Synchronization

/// Shares the server among its callers: each has a bucket for each scope.
public final class RateLimiter: Sendable {
    /// What a request leaves of its caller's quota.
    public struct Verdict: Sendable, Equatable {
        public let isAllowed: Bool
        public let scope: Scope
        public let limit: RateLimit
        public let remaining: Int
        /// Until the quota is whole again.
        public let resetSeconds: Int
        /// Until one more is allowed; 0 if it is now.
        public let retryAfterSeconds: Int
    }

    private struct Key: Hashable {
        let caller: String
        let scope: Scope
    }

    private let limits: [Scope: RateLimit]
    private let table: Mutex<BucketTable<Key>>

    /// - Parameter limits: a scope without one is not limited.
    public init(limits: [Scope: RateLimit]) {
        self.limits = limits
        table = Mutex(BucketTable())
    }

    /// Counts a request; nil where its scope has no limit.
    public func count(_ caller: Caller, _ scope: Scope, at time: Timestamp) -> Verdict? {
        guard let limit = limits[scope] else { return nil }
        let (isAllowed, bucket) = table.withLock {
            $0.take(
                Key(caller: caller.id, scope: scope), at: time, capacity: Double(limit.quota),
                perSecond: Double(limit.perSecond))
        }
        return Verdict(
            isAllowed: isAllowed, scope: scope, limit: limit, remaining: bucket.remaining,
            resetSeconds: bucket.secondsToFull, retryAfterSeconds: isAllowed ? 0 : max(1, bucket.secondsToNext))
    }
}

/// Buckets by key, a bounded number of them.
struct BucketTable<Key: Hashable & Sendable>: Sendable {
    static var maximumBuckets: Int { 10_000 }
    private var buckets: [Key: TokenBucket] = [:]

    mutating func take(
        _ key: Key, at time: Timestamp, capacity: Double, perSecond: Double
    ) -> (isAllowed: Bool, bucket: TokenBucket) {
        if buckets[key] == nil, buckets.count >= Self.maximumBuckets { makeRoom(at: time) }
        var bucket = buckets[key] ?? TokenBucket(capacity: capacity, perSecond: perSecond, at: time)
        let isAllowed = bucket.take(at: time)
        buckets[key] = bucket
        return (isAllowed, bucket)
    }

    /// Whoever has a full bucket is as one who never came. If all are in use, the one that was used longest ago goes.
    private mutating func makeRoom(at time: Timestamp) {
        buckets = buckets.filter { entry in
            var bucket = entry.value
            return !bucket.isFull(at: time)
        }
        guard buckets.count >= Self.maximumBuckets else { return }
        if let oldest = buckets.min(by: { $0.value.updatedAt < $1.value.updatedAt }) { buckets[oldest.key] = nil }
    }

    var count: Int { buckets.count }
}
