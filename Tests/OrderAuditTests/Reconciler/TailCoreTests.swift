import OrderEvents
import StreamProcessing
import TestSupport
import Testing

@testable import OrderAudit

/// The tail finds nothing in services that do right, however slow and interleaved, and every planted fault.
@Suite struct TailCoreTests {
    @Test(arguments: Seeds.first(40)) func servicesThatDoRightGiveNoFinding(seed: UInt64) async throws {
        let flow = try await FlowSimulation(seed: seed)
        try await flow.run(steps: 600)
        try await flow.drain()
        #expect(flow.rollbacks > 0)
        #expect(flow.deadLetters.allSatisfy { $0.header(DeadLetterHeader.code) == DeadLetterReason.conflictCode })
        #expect(flow.mismatches.isEmpty, "seed \(seed): \(flow.mismatches)")
        #expect(flow.agreed > 0)
        #expect(flow.core.openCount == 0, "seed \(seed): \(flow.core.openCount) stay open")
        #expect(flow.core.isTrusted)
    }

    @Test func theFlowHasConflicts() async throws {
        var conflicts = 0
        for seed in 0..<10 as Range<UInt64> {
            let flow = try await FlowSimulation(seed: seed)
            try await flow.run(steps: 600)
            try await flow.drain()
            conflicts += flow.deadLetters.count
        }
        #expect(conflicts > 10)
    }

    @Test(arguments: FlowSimulation.Sabotage.allCases) func aPlantedFaultIsFound(_ sabotage: FlowSimulation.Sabotage)
        async throws
    {
        for seed in 0..<12 as Range<UInt64> {
            let flow = try await FlowSimulation(seed: seed, sabotage: sabotage)
            try await flow.run(steps: 100)
            try await flow.drain()
            flow.place(FlowSimulation.victim)
            try await flow.run(steps: 200)
            try await flow.drain()
            flow.lie()
            try await flow.drain()
            #expect(flow.mismatches.contains { $0.0 == FlowSimulation.victim }, "seed \(seed)")
            #expect(flow.mismatches.allSatisfy { $0.0 == FlowSimulation.victim }, "seed \(seed): \(flow.mismatches)")
        }
    }

    @Test func nothingIsAFindingWhileAServiceIsBehind() {
        var core = TailCore(starts: [[0, 0, 0, 0]])
        let order = OrderGenerator(seed: 1).order(at: 0, createdAt: AuditWorld.now)
        AuditWorld.json(order).withUnsafeBytes { value in
            core.take(
                Audit.LogRecord(offset: 0, timestamp: 1, key: nil, value: value), of: .orders, partition: 0,
                at: AuditWorld.now)
        }
        for consumption in Consumption.allCases where consumption.topic == .orders {
            var progress = PartitionProgress(all: .max)
            progress[consumption] = 0
            let due = core.settle(0, progress, positions: [1, 0, 0, 0])
            #expect(due.isEmpty)
        }
        let due = core.settle(0, PartitionProgress(all: 1), positions: [1, 0, 0, 0])
        #expect(due == [order.id])
        #expect(core.oldestOpen == AuditWorld.now)
    }

    @Test func anOrderThatAServiceSetAsideIsLetOff() {
        var core = TailCore(starts: [[0, 0, 0, 0]])
        let order = OrderGenerator(seed: 1).order(at: 0, createdAt: AuditWorld.now)
        AuditWorld.json(order).withUnsafeBytes { value in
            core.takeLetter(value, code: "gateway_refused", of: .orders, partition: 0, at: AuditWorld.now)
            core.take(
                Audit.LogRecord(offset: 0, timestamp: 1, key: nil, value: value), of: .orders, partition: 0,
                at: AuditWorld.now)
        }
        let due = core.settle(0, PartitionProgress(all: 1), positions: [1, 0, 0, 0])
        let verdict = core.judge(due, [:])
        #expect(verdict.agreed == 0 && verdict.judged == 0 && verdict.mismatches.isEmpty && core.openCount == 0)
        #expect(core.oldestOpen == nil)
    }

    @Test func whereTooManyAreOpenItIsFullAndHoldsNoMore() {
        var core = TailCore(
            starts: [[0, 0, 0, 0]], limits: TailCore.Limits(openBytes: 10 * OpenOrder.bytes, remembered: 5))
        let generator = OrderGenerator(seed: 1)
        for index in 0..<20 {
            AuditWorld.json(generator.order(at: Int64(index), createdAt: AuditWorld.now)).withUnsafeBytes { value in
                core.take(
                    Audit.LogRecord(offset: Int64(index), timestamp: 1, key: nil, value: value), of: .orders,
                    partition: 0, at: AuditWorld.now)
            }
        }
        #expect(core.isFull && core.openCount == 10)
    }

    @Test func theSameFindingIsToldOnceAndOnlyTheNewestAreKept() {
        var state = ReconcilerState()
        for number in 0..<30 {
            let isNew = [1, 2].map { _ in state.note(.payment, "order \(number)", "is wrong", at: AuditWorld.now) }
            #expect(isNew == [true, false])
        }
        #expect(state.findings == 30 && state.recentFindings.count == ReconcilerState.maximumRecent)
        #expect(state.recentFindings.last?.subject == "order 29")
    }
}
