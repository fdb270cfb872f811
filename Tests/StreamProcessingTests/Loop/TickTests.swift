import Kafka
import OrderEvents
import StreamTesting
import Testing

@testable import StreamProcessing

/// What a processor does without a record.
@Suite(.timeLimit(.minutes(1))) struct TickTests {
    private struct Away: ClassifiedError {
        var fault: Fault { .dependency(code: "dependency_unavailable") }
    }

    /// Sends records on, and says at each tick that it was one.
    private final class Ticking: StreamProcessor {
        var nextTick: Int64?
        var failures = 0
        var homes: [Int32] = []
        private(set) var ticks = 0
        private(set) var commits = 0
        private(set) var resets = 0

        init(nextTick: Int64?) { self.nextTick = nextTick }

        nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {}

        nonisolated(nonsending) func tick(in context: any TaskContext) async throws {
            ticks += 1
            homes = context.homes
            let text = Array("\(ticks)".utf8)
            try text.withUnsafeBytes {
                try context.sendState(OutgoingRecord(partition: 0, key: $0, value: $0), to: "out", state: $0)
            }
            if failures > 0 {
                failures -= 1
                throw Away()
            }
            nextTick = nil
        }

        func commit() { commits += 1 }
        func reset() { resets += 1 }
    }

    private func withLoop(
        _ processor: Ticking, _ body: (SimulatedLoop) async throws -> Void
    ) async throws {
        try await SimulatedLoop.withFolder { database in
            try await body(
                SimulatedLoop(MemoryLog(partitions: 2), definition: SimulatedLoop.once, database: database, processor))
        }
    }

    @Test func aTickThatIsDueIsATransactionWithoutRecords() async throws {
        let processor = Ticking(nextTick: 0)
        try await withLoop(processor) { loop in
            for _ in 0..<5 { try await loop.run.step() }
            #expect(processor.ticks == 1 && loop.output == [1] && processor.homes == [0, 1])
            #expect(loop.client.calls[.sendOffsets] == 1 && loop.client.calls[.commitTransaction] == 1)
            var found: [String] = []
            try loop.run.context.eachState(partition: 0) { key, _ in found.append(String(decoding: key, as: UTF8.self))
            }
            #expect(found == ["1"])
        }
    }

    @Test func aTickSendsThePlacesThatHaveChangedAndOneWhereNoneHas() async throws {
        let processor = Ticking(nextTick: nil)
        try await withLoop(processor) { loop in
            SimulatedLoop.fill(loop.log, 0..<4)
            for _ in 0..<5 { try await loop.run.step() }
            #expect(loop.log.committed("copy-group").values.reduce(0, +) == 4 && loop.client.sentOffsets.isEmpty)
            processor.nextTick = 0
            try await loop.run.tick()
            #expect(processor.ticks == 1 && loop.client.sentOffsets.map(\.count) == [1])
            let place = TopicPartition(topic: "in", partition: 1)
            loop.run.committedPositions[place] = nil
            processor.nextTick = 0
            try await loop.run.tick()
            #expect(processor.ticks == 2 && loop.client.sentOffsets.last.map { Set($0.keys) } == [place])
        }
    }

    @Test func aTickThatIsNotDueIsNotMade() async throws {
        let processor = Ticking(nextTick: 1_700_000_000_001)
        try await withLoop(processor) { loop in
            for _ in 0..<5 { try await loop.run.step() }
            #expect(processor.ticks == 0)
        }
    }

    @Test func aTickThatFailsIsRolledBackAndComesAgainAfterAPauseWhileRecordsGoOn() async throws {
        let processor = Ticking(nextTick: 0)
        processor.failures = 3
        try await withLoop(processor) { loop in
            SimulatedLoop.fill(loop.log, 0..<10)
            let began = loop.time.clock.now()
            for _ in 0..<200 where processor.nextTick != nil { try await loop.run.step() }
            #expect(processor.ticks == 4 && loop.output == [4])
            // 100, 200 and 400 ms, half of each at least.
            #expect(loop.time.clock.now() - began >= .milliseconds(350))
            #expect(loop.log.committed("copy-group").values.reduce(0, +) == 10)
            #expect(loop.states.problems.map(\.attempt) == [1, 2, 3] && loop.states.history.last == .running)
        }
    }

    @Test func aTickWhoseCommitIsRefusedLeavesNothing() async throws {
        let processor = Ticking(nextTick: 0)
        try await withLoop(processor) { loop in
            loop.client.failures[.sendOffsets] = [
                .init(KafkaError(code: .illegalGeneration, message: "given up", mustAbortTransaction: true))
            ]
            for _ in 0..<2 { try await loop.run.step() }
            #expect(loop.output.isEmpty && processor.commits == 0)
            for _ in 0..<50 where processor.nextTick != nil { try await loop.run.step() }
            for _ in 0..<2 { try await loop.run.step() }
            #expect(processor.nextTick == nil)
        }
    }
}
