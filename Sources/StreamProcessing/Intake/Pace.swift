import Foundation

/// How soon a transaction may follow the one before it. Pure.
///
/// A transaction costs the same for one record as for a thousand: a dozen requests, and syncs of a disk. So where
/// records keep coming, it waits until some have gathered. The wait follows from how fast they come. It is short where
/// much comes, so a lone record, and the first of many, waits for nothing.
struct Pace {
    /// When a transaction is worth it.
    struct Limits: Sendable {
        /// No transaction begins sooner after the one before it.
        var shortest: Duration = .milliseconds(5)
        /// None is waited for longer than this.
        var longest: Duration = .milliseconds(50)
        /// So many records are worth a transaction.
        var records = 64
        /// With fewer records a second nothing is gathered.
        var quiet = 20.0
    }

    /// Over what time records are counted.
    private static let window = 0.5

    private let limits: Limits
    /// Records of late, those of the past weighing less.
    private var level = 0.0
    private var began: ContinuousClock.Instant?
    private var hasMore = false

    init(_ limits: Limits) { self.limits = limits }

    /// A transaction of so many records begins, or so many have begun to wait for others.
    ///
    /// - Parameter hasMore: more of them are there already: nothing has to gather.
    mutating func begin(_ records: Int, hasMore: Bool = false, at now: ContinuousClock.Instant) {
        level = level(at: now) + Double(records)
        self.hasMore = hasMore
        began = now
    }

    /// How long to rest before the next poll; zero: not at all.
    func rest(now: ContinuousClock.Instant) -> Duration {
        guard let began else { return .zero }
        return max(.zero, interval - (now - began))
    }

    /// From the start of one transaction to the next, as records came when the last one began.
    private var interval: Duration {
        let rate = level / Pace.window
        if hasMore || rate < limits.quiet { return limits.shortest }
        return min(limits.longest, max(limits.shortest, .seconds(Double(limits.records) / rate)))
    }

    private func level(at now: ContinuousClock.Instant) -> Double {
        guard let began else { return 0 }
        return level * exp(-((now - began) / .seconds(1)) / Pace.window)
    }
}
