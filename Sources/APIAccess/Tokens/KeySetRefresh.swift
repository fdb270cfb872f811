import OrderEvents

/// When a key set is fetched: at the start, when it has become old, and when a token names a key that is not in it.
/// Never more often than its minimum, so that made-up tokens cannot drive it.
struct KeySetRefresh: Sendable {
    static let maximumAgeMilliseconds: Int64 = 5 * 60_000
    static let minimumIntervalMilliseconds: Int64 = 30_000

    private var triedAt: Timestamp?
    private var succeededAt: Timestamp?

    enum Cause {
        case age, unknownKey
    }

    /// Whether to fetch now; if so, that counts as a try.
    mutating func begin(_ cause: Cause, at time: Timestamp) -> Bool {
        func age(_ moment: Timestamp?) -> Int64? {
            moment.map { time.millisecondsSinceEpoch - $0.millisecondsSinceEpoch }
        }
        // A clock that was set back counts as time gone by.
        if let tried = age(triedAt), (0..<Self.minimumIntervalMilliseconds).contains(tried) { return false }
        if cause == .age, let fresh = age(succeededAt), (0..<Self.maximumAgeMilliseconds).contains(fresh) {
            return false
        }
        triedAt = time
        return true
    }

    mutating func succeeded(at time: Timestamp) { succeededAt = time }
}
