import Kafka
import OrderEvents
import Testing
import TestSupport

@testable import OrderAudit

@Suite struct ReconcilerStandingTests {
    private let now = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)

    private func later(_ milliseconds: Int64) -> Timestamp { now.advanced(byMilliseconds: milliseconds) }

    private func state() -> ReconcilerState {
        var state = ReconcilerState()
        state.isStarting = false
        state.checkedThrough = now
        return state
    }

    @Test func itIsGreenOnlyWhileAllOfTheLastHourWasChecked() {
        var state = state()
        state.coverage.note(checked: 984, at: now)
        #expect(state.standing(at: later(3_000)).level == .ok)
        #expect(state.standing(at: later(3_000)).coverage == 1)
        #expect(state.standing(at: later(3_000)).delayMilliseconds == 3_000)
        state.coverage.note(skipped: 16, at: now)
        let standing = state.standing(at: later(3_000))
        #expect(standing.level == .behind && standing.coverage == 0.984)
        #expect(standing.detail?.contains("16 of 1000 orders of the last hour were not checked") == true)
        // An hour later it is over, if what came since was checked.
        state.checkedThrough = later(61 * 60_000)
        state.coverage.note(checked: 10, at: later(61 * 60_000))
        #expect(
            state.standing(at: later(61 * 60_000))
                == ReconcilerStanding(level: .ok, checked: 10, skipped: 0, overdue: 0, delayMilliseconds: 0))
    }

    @Test func ordersThatAreNotCheckedForLongMakeItBehindAndItsCoverageSmall() {
        // As when it read on and judged nothing: 1,262 of 20,035.
        var state = state()
        state.coverage.note(checked: 1_262, at: now)
        state.openOrders = 18_773
        state.overdueOrders = 18_773
        let standing = state.standing(at: later(75_000))
        #expect(standing.level == .behind)
        #expect(standing.coverage.map { $0 < 0.063 } == true)
        #expect(standing.detail?.contains("18773 orders wait to be checked, the oldest for 75 s") == true)
    }

    @Test func aDelayGrowsByItselfWhereNothingIsToldAnyMore() {
        #expect(state().standing(at: later(10_000)).level == .ok)
        #expect(state().standing(at: later(10_001)).level == .behind)
        #expect(ReconcilerState().standing(at: now).level == .starting)
        var broken = ReconcilerState()
        broken.problem = "no broker"
        #expect(broken.standing(at: now).level == .behind && broken.standing(at: now).detail == "no broker")
        broken.findings = 1
        #expect(broken.standing(at: now).level == .findings)
    }

    @Test func theHourMovesMinuteByMinuteAndAClockThatGoesBackLosesNothing() {
        var coverage = ReconcilerCoverage()
        for minute in 0..<90 { coverage.note(checked: 1, skipped: minute % 2, at: later(Int64(minute) * 60_000)) }
        let hour = coverage.lastHour(at: later(89 * 60_000))
        #expect(hour == (60, 30))
        coverage.note(checked: 5, at: now)
        #expect(coverage.lastHour(at: later(89 * 60_000)) == (65, 30))
        #expect(coverage.lastHour(at: later(1_000 * 60_000)) == (0, 0))
    }

    @Test func theOldestOpenOrderIsKnownWithoutLookingAtEach() {
        var ages = OpenAges()
        var random = SeededGenerator(seed: 9)
        var model: [Timestamp] = []
        var clock = now
        for _ in 0..<2_000 {
            clock = clock.advanced(byMilliseconds: .random(in: -20...200, using: &random))
            if model.isEmpty || Bool.random(using: &random) {
                model.append(ages.open(at: clock))
            } else {
                ages.close(openedAt: model.remove(at: .random(in: 0..<min(model.count, 50), using: &random)))
            }
            if ages.oldest != model.min() {
                Issue.record("\(String(describing: ages.oldest)) instead of \(String(describing: model.min()))")
            }
            let moment = clock.advanced(byMilliseconds: -10_000)
            let steps = moment.millisecondsSinceEpoch / 100
            if ages.count(before: moment) != model.count(where: { $0.millisecondsSinceEpoch / 100 < steps }) {
                Issue.record("count")
            }
        }
    }
}

@Suite struct TailBarriersTests {
    private let now = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)

    private func look(_ ends: [Int64], at moment: Timestamp) -> TailBarriers.Look {
        let places = ends.enumerated().map {
            (TopicPartition(topic: "orders", partition: Int32($0.offset)), $0.element)
        }
        return .init(
            at: moment, progress: ends.map { PartitionProgress(all: $0) },
            ends: Dictionary(uniqueKeysWithValues: places))
    }

    private func positions(_ offsets: [Int64]) -> [TopicPartition: Int64] { look(offsets, at: now).ends }

    @Test func aPartitionThatIsNotDeliveredHoldsUpNoOther() {
        var barriers = TailBarriers(partitions: 3, at: now)
        var settled: [Int32] = []
        for round in 1...10 {
            let moment = now.advanced(byMilliseconds: Int64(round) * 500)
            if barriers.wantsLook(isIdle: false, at: moment) {
                barriers.take(look(Array(repeating: Int64(round * 10), count: 3), at: moment))
            }
            // Partition 2 stays where it is.
            settled += barriers.reached(by: positions([Int64(round * 10), Int64(round * 10), 5])).map(\.partition)
        }
        #expect(settled == (1...10).flatMap { _ in [Int32(0), 1] })
        #expect(barriers.lag(from: positions([100, 100, 5])) == 5)
        // How late it is is how late the last of them is.
        #expect(barriers.readThrough(isDrained: true, at: now.advanced(byMilliseconds: 60_000)) == now)
    }

    @Test func whereNothingIsOpenALookEveryFewSecondsTellsThatNothingIsMissing() {
        var barriers = TailBarriers(partitions: 1, at: now)
        #expect(barriers.wantsLook(isIdle: true, at: now))
        barriers.take(look([7], at: now))
        #expect(!barriers.wantsLook(isIdle: false, at: now))
        #expect(barriers.reached(by: positions([6])).isEmpty)
        #expect(barriers.reached(by: positions([7])).first?.progress == PartitionProgress(all: 7))
        #expect(!barriers.wantsLook(isIdle: true, at: now.advanced(byMilliseconds: 4_999)))
        #expect(barriers.wantsLook(isIdle: true, at: now.advanced(byMilliseconds: 5_000)))
        let later = now.advanced(byMilliseconds: 4_000)
        #expect(barriers.readThrough(isDrained: true, at: later) == later)
        #expect(barriers.readThrough(isDrained: false, at: later) == now)
    }
}
