import OrderEvents
import TestSupport
import Testing

@testable import Webhooks

@Suite struct StandingTests {
    private let schedule = DeliverySchedule()

    @Test func waitsDoubleUpToTheCapAndAreNeverLessThanHalf() {
        var random = SeededGenerator(seed: 1)
        for failures in 1...40 {
            let longest = min(1_000 << min(failures - 1, 30), 15 * 60_000)
            for _ in 0..<50 {
                let wait = schedule.wait(after: failures, using: &random)
                #expect(wait >= longest / 2 && wait <= longest)
            }
        }
    }

    @Test func fiveFailuresInARowOpenItAndOneProbeAtATimeTries() {
        var (standing, random) = (EndpointStanding(), SeededGenerator(seed: 2))
        func fail(_ now: Int64) { standing.failed(at: now, retryAfter: nil, schedule: schedule, using: &random) }
        for failure in 1...5 {
            #expect(standing.allowance(at: 0) == EndpointStanding.concurrency)
            fail(Int64(failure))
        }
        #expect(standing.allowance(at: 5) == 0)
        let open = standing.openUntil
        #expect(standing.allowance(at: open) == 1)
        fail(open)
        #expect(standing.openUntil > open && standing.allowance(at: open) == 0)
        standing.answered()
        #expect(standing.allowance(at: open) == EndpointStanding.concurrency && standing.openUntil == 0)
    }

    @Test func whatWasUnderWayWhenItOpenedMakesTheRestNoLongerAndNoRestIsLongerThanAMinute() {
        var (standing, random) = (EndpointStanding(), SeededGenerator(seed: 5))
        for _ in 0..<5 { standing.failed(at: 10, retryAfter: nil, schedule: schedule, using: &random) }
        let open = standing.openUntil
        for _ in 0..<8 { standing.failed(at: 11, retryAfter: nil, schedule: schedule, using: &random) }
        #expect(standing.openUntil == open && open <= 10 + 1_000)
        for _ in 0..<100 {
            let now = standing.openUntil
            standing.failed(at: now, retryAfter: nil, schedule: schedule, using: &random)
            #expect(standing.openUntil - now <= EndpointStanding.longestRest)
        }
    }

    @Test func anEndpointThatFailsForADayIsDisabledAndOneThatAnsweredMeanwhileIsNot() {
        var (standing, random) = (EndpointStanding(), SeededGenerator(seed: 3))
        for hour in 0..<24 as Range<Int64> {
            standing.failed(at: hour * 3_600_000, retryAfter: nil, schedule: schedule, using: &random)
        }
        #expect(standing.disabled == nil)
        var other = standing
        standing.failed(at: schedule.patience, retryAfter: nil, schedule: schedule, using: &random)
        #expect(standing.disabled?.contains("24 hours") == true && standing.allowance(at: .max) == 0)
        other.answered()
        other.failed(at: schedule.patience, retryAfter: nil, schedule: schedule, using: &random)
        #expect(other.disabled == nil)
    }

    @Test func whoAnswers410GetsNothingMoreAndWhoAsksForRestGetsIt() {
        var (standing, random) = (EndpointStanding(), SeededGenerator(seed: 4))
        standing.failed(at: 1_000, retryAfter: 60, schedule: schedule, using: &random)
        #expect(standing.allowance(at: 60_999) == 0 && standing.allowance(at: 61_000) > 0)
        standing.gone()
        #expect(standing.disabled != nil && standing.allowance(at: .max) == 0)
    }

    @Test func aStatusSaysWhatBecomesOfADelivery() {
        func answer(_ status: Int, _ retryAfter: String? = nil) -> DeliveryAnswer {
            DeliveryAnswer(status: status, retryAfter: retryAfter, by: "https://example.com")
        }
        for status in [200, 202, 204, 299] { #expect(answer(status) == .delivered(status: status)) }
        for status in [400, 413, 415, 422] { #expect(answer(status) == .refused(status: status)) }
        #expect(answer(410) == .gone)
        for status in [301, 302, 401, 403, 404, 405, 408, 429, 500, 502, 503, 504] {
            guard case .failed(status, let detail, nil) = answer(status) else {
                Issue.record("\(status)")
                continue
            }
            #expect(detail == "https://example.com answered \(status)")
        }
        for (text, seconds) in [("7", 7), ("-3", 0), ("999999", 3_600), ("Wed, 21 Oct", nil)] as [(String, Int?)] {
            guard case .failed(_, _, seconds) = answer(503, text) else {
                Issue.record("\(text)")
                continue
            }
        }
    }
}
