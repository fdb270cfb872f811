import Testing
import TestSupport

@testable import StreamProcessing

extension BatchPlan {
    fileprivate init(count: Int, failuresInARow: Int = 0) {
        self.init(failuresInARow: failuresInARow)
        begin(count: count)
    }
}

@Suite struct BatchPlanTests {
    private let policy = HandlingPolicy()
    private var random = SeededGenerator(seed: 7)

    private mutating func fail(_ plan: inout BatchPlan, _ fault: Fault) -> BatchPlan.Step {
        plan.failed(fault, detail: "why", policy: policy, using: &random)
    }

    @Test func aBatchThatSucceedsIsOnePiece() {
        var plan = BatchPlan(count: 5_000)
        #expect(plan.next?.records == 0..<5_000)
        plan.succeeded()
        #expect(plan.next == nil)
        #expect(BatchPlan(count: 0).next == nil)
    }

    @Test mutating func failuresInARowOutlastTheirBatch() {
        var plan = BatchPlan(count: 10)
        _ = fail(&plan, .dependency(code: "away"))
        _ = fail(&plan, .dependency(code: "away"))
        plan.begin(count: 4)
        #expect(plan.next?.records == 0..<4 && plan.failuresInARow == 2)
        plan.forgetFailures()
        #expect(plan.next?.records == 0..<4 && plan.failuresInARow == 0)
    }

    @Test mutating func aDependencyIsWaitedForForEverWithCappedGrowingWaits() {
        var plan = BatchPlan(count: 100)
        var longest = Duration.zero
        for attempt in 0..<1_000 {
            guard case .retry(let wait) = fail(&plan, .dependency(code: "away")) else {
                Issue.record("attempt \(attempt) was not a retry")
                return
            }
            #expect(wait >= min(.milliseconds(50) * (1 << min(attempt, 20)), .seconds(5)) && wait <= policy.backoff.cap)
            longest = max(longest, wait)
            #expect(plan.next?.records == 0..<100)
        }
        #expect(longest > .seconds(8))
        #expect(plan.failuresInARow == 1_000)
        plan.succeeded()
        #expect(plan.failuresInARow == 0 && plan.next == nil)
    }

    @Test mutating func anAttemptThatGotSomewhereIsFollowedSoonByTheNext() {
        var plan = BatchPlan(count: 100, failuresInARow: 20)
        let step = plan.failed(
            .dependency(code: "away"), madeProgress: true, detail: "", policy: policy, using: &random)
        guard case .retry(let wait) = step else { return #expect(Bool(false)) }
        #expect(wait <= policy.backoff.base)
        #expect(plan.failuresInARow == 1)
    }

    @Test mutating func waitsDiffer() {
        var waits: Set<Duration> = []
        for _ in 0..<20 {
            var plan = BatchPlan(count: 1)
            if case .retry(let wait) = fail(&plan, .dependency(code: "away")) { waits.insert(wait) }
        }
        #expect(waits.count > 15)
    }

    @Test mutating func aFatalFaultEndsTheLife() {
        var plan = BatchPlan(count: 10)
        #expect(fail(&plan, .run(code: "fenced")) == .endRun)
    }

    @Test mutating func failuresAreCarriedFromBatchToBatch() {
        var plan = BatchPlan(count: 10, failuresInARow: 20)
        guard case .retry(let wait) = fail(&plan, .dependency(code: "away")) else { return #expect(Bool(false)) }
        #expect(wait >= .seconds(5))
    }

    @Test mutating func anUnknownFaultIsTriedAFewTimesBeforeTheBatchIsHalved() {
        var plan = BatchPlan(count: 10)
        var steps: [BatchPlan.Step] = []
        for _ in 0..<3 { steps.append(fail(&plan, .unknown)) }
        guard case .retry = steps[0], case .retry = steps[1] else { return #expect(Bool(false)) }
        #expect(steps[2] == .proceed)
        #expect(plan.next?.records == 0..<5)
        plan.succeeded()
        #expect(plan.next?.records == 5..<10)
    }

    @Test mutating func whatCannotBeSetAsideIsTriedAgainForEver() {
        var plan = BatchPlan(count: 1)
        #expect(fail(&plan, .record(code: "bad")) == .proceed)
        #expect(plan.next?.verdict == DeadLetterReason(code: "bad", detail: "why"))
        for fault in [Fault.unknown, .record(code: "bad"), .dependency(code: "broker")] {
            guard case .retry = fail(&plan, fault) else { return #expect(Bool(false)) }
        }
        plan.succeeded()
        #expect(plan.next == nil)
    }

    @Test mutating func aLetterThatIsTooLargeLeavesTheRecordsBytesOut() {
        var plan = BatchPlan(count: 2)
        #expect(fail(&plan, .tooLarge) == .proceed)
        #expect(plan.next?.records == 0..<1 && plan.next?.omitsRecordBytes == false)
        // The processor has set it aside, for a reason of its own: that stays.
        #expect(fail(&plan, .tooLarge) == .proceed)
        #expect(plan.next?.omitsRecordBytes == true && plan.next?.verdict == nil)
        plan.succeeded()
        #expect(plan.next?.records == 1..<2 && plan.next?.omitsRecordBytes == false)
    }

    @Test mutating func aRecordWhoseResultIsTooLargeIsSetAside() {
        var plan = BatchPlan(count: 1)
        #expect(fail(&plan, .tooLarge) == .proceed)
        #expect(fail(&plan, .tooLarge) == .proceed)
        #expect(plan.next?.verdict == DeadLetterReason(code: "message_too_large", detail: "why"))
        guard case .retry = fail(&plan, .tooLarge) else { return #expect(Bool(false)) }
    }

    @Test mutating func recordsSetAsideInARowMakeTheWaitsLonger() {
        var plan = BatchPlan(count: 8)
        var total = Duration.zero
        while let piece = plan.next {
            if piece.verdict != nil {
                plan.succeeded()
            } else if case .retry(let wait) = fail(&plan, .unknown) {
                total += wait
            }
        }
        // An outage that is taken for a fault of the records: three halvings lead to the first of eight, and then the waits are long.
        #expect(total > .seconds(30))
        #expect(plan.failuresInARow > 8)
    }

    /// Runs a plan to its end: which records a transaction processed, which were set aside, and how many tries it took.
    private mutating func run(_ count: Int, poison: Set<Int>, as fault: Fault) -> (
        done: [Int], aside: [Int], tries: Int
    ) {
        var plan = BatchPlan(count: count)
        var (done, aside, tries): ([Int], [Int], Int) = ([], [], 0)
        while let piece = plan.next, tries < 100_000 {
            tries += 1
            if piece.verdict != nil {
                aside += piece.records
                plan.succeeded()
            } else if piece.records.contains(where: poison.contains) {
                _ = fail(&plan, fault)
            } else {
                done += piece.records
                plan.succeeded()
            }
        }
        return (done, aside, tries)
    }

    @Test(arguments: [Fault.unknown, .record(code: "bad"), .tooLarge])
    mutating func onlyThePoisonIsSetAsideAndTheRestGoesOnInOrder(_ fault: Fault) {
        var seeds = SeededGenerator(seed: 99)
        for _ in 0..<300 {
            let count = Int.random(in: 1...600, using: &seeds)
            let poison = Set(
                (0..<Int.random(in: 0...4, using: &seeds)).map { _ in Int.random(in: 0..<count, using: &seeds) })
            let (done, aside, tries) = run(count, poison: poison, as: fault)
            #expect(done == (0..<count).filter { !poison.contains($0) })
            #expect(aside == poison.sorted())
            #expect(tries <= 6 + poison.count * 30)
        }
    }
}
