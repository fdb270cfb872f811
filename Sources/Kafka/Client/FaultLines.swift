import Synchronization

/// Which lines on connections were written lately: many clients of a process fail for one reason.
final class FaultLines: Sendable {
    static let shared = FaultLines()
    static let period: Duration = .seconds(30)
    /// More kinds of lines than there are brokers and faults in one cluster.
    private static let limit = 200

    private let written = Mutex<[String: ContinuousClock.Instant]>([:])

    /// Whether nothing of the same was written within the period.
    func isNew(_ line: String, at now: ContinuousClock.Instant) -> Bool {
        written.withLock { written in
            if written.count >= Self.limit { written = written.filter { now - $0.value < Self.period } }
            if let last = written[line], now - last < Self.period { return false }
            guard written.count < Self.limit else { return false }
            written[line] = now
            return true
        }
    }
}
