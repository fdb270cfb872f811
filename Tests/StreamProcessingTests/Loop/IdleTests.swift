import Kafka
import StreamTesting
import Testing

@testable import StreamProcessing

/// How long polls wait while nothing comes.
@Suite(.timeLimit(.minutes(1))) struct IdleTests {
    private struct Away: ClassifiedError {
        var fault: Fault { .dependency(code: "dependency_unavailable") }
    }

    /// How many milliseconds each of the next polls may wait.
    private func waits(_ loop: SimulatedLoop, steps: Int) async throws -> [Int] {
        var waits: [Int] = []
        for _ in 0..<steps {
            try await loop.run.step()
            waits.append(milliseconds(loop.client.pollTimeout))
        }
        return waits
    }

    private func milliseconds(_ duration: Duration) -> Int { Int((duration / .milliseconds(1)).rounded()) }

    private func short(_ count: Int) -> [Int] { Array(repeating: 200, count: count) }

    @Test func behindTwoSecondsWithoutRecordsPollsAreLongerUntilTheNextOnes() async throws {
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<10), Copy { _ in })
        try await loop.settle()
        for round in 0..<3 {
            // The shares, or records, came with the poll before these.
            #expect(try await waits(loop, steps: 12) == short(10) + [1_000, 1_000])
            SimulatedLoop.fill(loop.log, 10 + round..<11 + round)
            #expect(try await waits(loop, steps: 1) == [1_000])
        }
        #expect(loop.output.sorted() == Array(0..<13))
    }

    @Test func aRebalanceMakesThemShort() async throws {
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<2), Copy { _ in })
        try await loop.settle()
        #expect(try await waits(loop, steps: 12).last == 1_000)
        loop.client.give([TopicPartition(topic: "in", partition: 1)])
        _ = try await waits(loop, steps: 1)
        #expect(try await waits(loop, steps: 2) == short(2))
    }

    @Test func whileFailuresAreCountedPollsStayShort() async throws {
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<2), Copy { _ in throw Away() })
        for _ in 0..<3 { try await loop.run.step() }
        #expect(loop.run.plan.failuresInARow > 0)
        // The records are somebody else's. The broker is away, so nothing is known to be over.
        loop.client.give([])
        loop.client.isConnected = false
        while loop.run.batch != nil { try await loop.run.step() }
        #expect(try await waits(loop, steps: 20) == short(20))
        loop.client.isConnected = true
        #expect(try await waits(loop, steps: 3).last == 1_000)
    }

    @Test func whileAnAbortIsOwedPollsStayShort() async throws {
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<2), Copy { _ in })
        try await loop.settle()
        loop.run.owesAbort = true
        loop.client.failures[.abortTransaction] = Array(
            repeating: .init(KafkaError(code: .timedOut, message: "no answer", isRetriable: true)), count: 20)
        #expect(try await waits(loop, steps: 20) == short(20))
        #expect(try await waits(loop, steps: 2) == [1_000, 1_000])
    }

    @Test func noPollGoesBeyondTheTimeAtWhichTheStateIsToBeWritten() async throws {
        try await SimulatedLoop.withFolder { database in
            let loop = try SimulatedLoop(
                SimulatedLoop.log(0..<2), definition: SimulatedLoop.once, database: database,
                stateLimits: GatheredState.Limits(age: .milliseconds(3_705)), Once())
            try await loop.settle()
            // The next transaction may not begin earlier.
            loop.time.pass(.milliseconds(5))
            let began = loop.time.clock.now()
            let waits = try await waits(loop, steps: 14)
            #expect(Array(waits.prefix(12)) == short(10) + [1_000, 700])
            #expect(waits.suffix(2) == [1_000, 1_000])
            #expect(milliseconds(loop.time.clock.now() - began) == 5_700)
        }
    }

    @Test func noPollGoesBeyondTheTimeAtWhichTheProcessorHasSomethingToDo() async throws {
        let due = SimulatedTime().wallClock
        let processor = Waiting()
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<2), processor)
        try await loop.settle()
        // The loop's wall clock stands still here.
        for (left, wait) in [(5_000, 1_000), (900, 900), (150, 200)] as [(Int64, Int)] {
            processor.nextTick = due + left
            #expect(try await waits(loop, steps: 12).last == wait)
        }
    }

    @Test func aPlaceThatStandsBeforeItsEndIsWatchedWithShortPolls() async throws {
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<2), Copy { _ in })
        try await loop.settle()
        loop.client.mute = [TopicPartition(topic: "in", partition: 1)]
        SimulatedLoop.fill(loop.log, 3..<4)
        let began = loop.time.clock.now()
        await #expect(throws: ReaderStuck.self) { for _ in 0..<500 { try await loop.run.step() } }
        #expect(loop.time.clock.now() - began <= .seconds(22))
    }

    /// Has something to do at a time.
    private final class Waiting: StreamProcessor {
        var nextTick: Int64?

        nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {}
    }
}
