import Logging
import Synchronization
import Testing

@testable import LogLimit

@Suite struct LogLimiterTests {
    private let start = ContinuousClock.now

    @Test func linesBeyondTheBudgetAreCountedAndTheirCountBeginsANewPeriod() {
        var budget = LineBudget(lines: 2, period: .seconds(10))
        #expect(budget.line(at: start) == .write)
        #expect(budget.line(at: start + .seconds(1)) == .write)
        #expect(budget.line(at: start + .seconds(2)) == .count(endsAt: start + .seconds(10)))
        for _ in 0..<7_734 { #expect(budget.line(at: start + .seconds(3)) == .count(endsAt: nil)) }
        #expect(budget.takeCount() == 7_735)
        #expect(budget.line(at: start + .seconds(11)) == .write)
        #expect(budget.takeCount() == 0)
    }

    @Test func whatComesSeldomIsWrittenEachTime() {
        var budget = LineBudget(lines: 2, period: .seconds(10))
        for step in 0..<100 { #expect(budget.line(at: start + .seconds(6 * step)) == .write) }
    }

    @Test func aCountThatWasNotTakenYetGoesOnCounting() {
        var budget = LineBudget(lines: 1, period: .seconds(10))
        _ = budget.line(at: start)
        _ = budget.line(at: start + .seconds(1))
        #expect(budget.line(at: start + .seconds(60)) == .count(endsAt: nil))
        #expect(budget.takeCount() == 2)
    }

    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .notice

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.all.withLock { $0.append("\(event.message)") } }
    }

    @Test(.timeLimit(.minutes(1))) func theCountIsWrittenThoughNothingMoreComes() async throws {
        let lines = Lines()
        let logger = Logger(label: "test") { _ in Handler(lines: lines) }
        let limiter = LogLimiter(.warning, "fraud alert", lines: 3, period: .milliseconds(50))
        for number in 0..<500 { limiter.log(to: logger, ["order_id": "\(number)"]) }
        while lines.all.withLock({ !$0.contains { $0.hasSuffix("more") } }) {
            try await Task.sleep(for: .milliseconds(10))
        }
        // A slow machine may have begun a second period meanwhile; in each only three are written.
        let written = lines.all.withLock { $0 }
        #expect(
            written.filter { $0 == "fraud alert" }.count < 500 && written.contains { $0.hasPrefix("fraud alert: ") })
        LogLimiter(.debug, "quiet").log(to: logger, [:])
        #expect(!lines.all.withLock { $0.contains("quiet") })
    }
}
