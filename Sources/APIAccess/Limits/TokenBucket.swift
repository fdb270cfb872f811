import OrderEvents

/// How often something may happen: so often a second in the long run, ten seconds' worth at once.
public struct RateLimit: Sendable, Equatable {
    /// In the long run.
    public let perSecond: Int
    /// How many seconds' worth may come at once.
    public static let windowSeconds = 10

    /// 1 or more.
    public init(perSecond: Int) { self.perSecond = max(1, perSecond) }

    /// As many as may come at once.
    public var quota: Int { perSecond * Self.windowSeconds }
}

/// The tokens that somebody has left of a limit: each act takes one, time gives them back.
struct TokenBucket: Sendable {
    private let capacity: Double
    private let perMillisecond: Double
    private var tokens: Double
    private(set) var updatedAt: Timestamp

    init(capacity: Double, perSecond: Double, at time: Timestamp) {
        self.capacity = capacity
        perMillisecond = perSecond / 1000
        tokens = capacity
        updatedAt = time
    }

    /// Takes a token if there is one.
    mutating func take(at time: Timestamp) -> Bool {
        fill(at: time)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    var remaining: Int { Int(tokens) }
    /// Until there is a token again; 0 if there is one.
    var secondsToNext: Int { tokens >= 1 ? 0 : seconds(1 - tokens) }
    /// Until all are there again.
    var secondsToFull: Int { seconds(capacity - tokens) }

    mutating func isFull(at time: Timestamp) -> Bool {
        fill(at: time)
        return tokens >= capacity
    }

    private mutating func fill(at time: Timestamp) {
        // A clock that is set back gives nothing.
        let elapsed = max(0, time.millisecondsSinceEpoch - updatedAt.millisecondsSinceEpoch)
        tokens = min(capacity, tokens + Double(elapsed) * perMillisecond)
        updatedAt = time
    }

    private func seconds(_ missing: Double) -> Int { Int((missing / perMillisecond / 1000).rounded(.up)) }
}
