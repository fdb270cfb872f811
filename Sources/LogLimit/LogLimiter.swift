import Logging
import Synchronization

/// Writes lines of one kind that records or requests cause, as many as a person can read: beyond ten in ten seconds,
/// one line with the count.
///
/// Whatever can come a thousand times a second, from outside, goes through one of these.
public final class LogLimiter: Sendable {
    /// Lines of a period.
    public static let lines = 10
    /// For so long lines are counted together.
    public static let period: Duration = .seconds(10)

    private let level: Logger.Level
    private let message: String
    private let budget: Mutex<LineBudget>
    private let period: Duration

    /// - Parameters:
    ///   - message: what all of its lines say.
    ///   - lines: those of a period that are written.
    public init(
        _ level: Logger.Level = .warning, _ message: String, lines: Int = LogLimiter.lines,
        period: Duration = LogLimiter.period
    ) {
        self.level = level
        self.message = message
        self.period = period
        budget = Mutex(LineBudget(lines: lines, period: period))
    }

    /// One line, or one more in the count, which goes to the logger of the first that is only counted.
    public func log(to logger: Logger, _ metadata: @autoclosure () -> Logger.Metadata) {
        guard logger.logLevel <= level else { return }
        switch budget.withLock({ $0.line(at: .now) }) {
        case .write: logger.log(level: level, "\(message)", metadata: metadata())
        case .count(let endsAt?):
            Task { [self] in
                // Cancelled with the process: the count is then written at once.
                try? await Task.sleep(until: endsAt, clock: .continuous)
                writeCount(to: logger)
            }
        case .count(nil): break
        }
    }

    private func writeCount(to logger: Logger) {
        let count = budget.withLock { $0.takeCount() }
        guard count > 0 else { return }
        logger.log(level: level, "\(message): \(count) more", metadata: ["within": "\(period)"])
    }
}
