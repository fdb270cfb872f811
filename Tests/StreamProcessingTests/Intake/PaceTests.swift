import TestSupport
import Testing

@testable import StreamProcessing

@Suite struct PaceTests {
    private static let start = ContinuousClock.now
    private let limits = Pace.Limits(
        shortest: .milliseconds(5), longest: .milliseconds(50), records: 10, quiet: 20)

    private func now(_ milliseconds: Double) -> ContinuousClock.Instant {
        PaceTests.start + .seconds(milliseconds / 1_000)
    }

    /// Records come at a steady rate; each poll takes what has come. How long the rests are in the end.
    private func settled(recordsPerSecond: Double) -> Duration {
        var pace = Pace(limits)
        var (time, taken, rest) = (0.0, 0.0, Duration.zero)
        while time < 5_000 {
            let next = (taken + 1) / recordsPerSecond * 1_000
            time = max(time, next)
            let count = (time / 1_000 * recordsPerSecond - taken).rounded(.down)
            taken += max(1, count)
            pace.begin(max(1, Int(count)), at: now(time))
            rest = pace.rest(now: now(time))
            time += rest / .milliseconds(1)
        }
        return rest
    }

    @Test func aLoneRecordAndWhatFollowsFromItWaitForNothing() {
        var pace = Pace(limits)
        #expect(pace.rest(now: now(0)) == .zero)
        pace.begin(1, at: now(0))
        #expect(pace.rest(now: now(1)) == .milliseconds(4))
        pace.begin(1, at: now(6))
        pace.begin(1, at: now(12))
        #expect(pace.rest(now: now(12)) == .milliseconds(5))
        #expect(pace.rest(now: now(20)) == .zero)
    }

    @Test func whereRecordsKeepComingSomeGather() {
        #expect(settled(recordsPerSecond: 5) == .milliseconds(5))
        #expect(settled(recordsPerSecond: 100) == .milliseconds(50))
        let middle = settled(recordsPerSecond: 500)
        #expect(middle > .milliseconds(14) && middle < .milliseconds(26))
        #expect(settled(recordsPerSecond: 10_000) == .milliseconds(5))
    }

    @Test func whereMoreIsThereNothingIsWaitedFor() {
        var pace = Pace(limits)
        for step in 0..<100 { pace.begin(2, hasMore: true, at: now(Double(step) * 20)) }
        #expect(pace.rest(now: now(1_980)) == .milliseconds(5))
    }

    @Test func afterAQuietMomentNothingIsWaitedFor() {
        var pace = Pace(limits)
        for step in 0..<100 { pace.begin(2, at: now(Double(step) * 20)) }
        #expect(pace.rest(now: now(1_980)) > .milliseconds(40))
        #expect(pace.rest(now: now(2_100)) == .zero)
        pace.begin(1, at: now(6_000))
        #expect(pace.rest(now: now(6_000)) == .milliseconds(5))
    }

    /// Whatever comes: never longer than the longest, and never negative.
    @Test(arguments: 0..<20) func aRestIsWithinItsBounds(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pace = Pace(limits)
        var time = 0.0
        for _ in 0..<200 {
            time += Double.random(in: 0..<[0.1, 10, 3_000].randomElement(using: &random)!, using: &random)
            #expect(pace.rest(now: now(time)) <= limits.longest)
            #expect(pace.rest(now: now(time)) >= .zero)
            pace.begin(Int.random(in: 1...5_000, using: &random), at: now(time))
            #expect(pace.rest(now: now(time)) >= limits.shortest)
        }
    }
}
