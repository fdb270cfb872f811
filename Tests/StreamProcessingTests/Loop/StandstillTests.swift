import Kafka
import StreamTesting
import Testing

@testable import StreamProcessing

/// A partition that is assigned and not read.
@Suite(.timeLimit(.minutes(1))) struct StandstillTests {
    private let start = ContinuousClock.now
    private let first = TopicPartition(topic: "in", partition: 0)
    private let second = TopicPartition(topic: "in", partition: 1)

    /// What is suspected when looking so many seconds from the start, after so many polls that took everything.
    private func look(
        _ standstill: inout Standstill, after seconds: Int, polls: Int = 50, _ positions: [TopicPartition: Int64],
        ends: [TopicPartition: Int64]
    ) -> [TopicPartition: Range<Int64>] {
        for _ in 0..<polls { standstill.polledAll() }
        return standstill.look(positions, ends: ends, now: start + .seconds(seconds))
    }

    @Test func aPlaceThatStandsBeforeTheEndIsSuspectedAfterTenSeconds() {
        var standstill = Standstill()
        #expect(look(&standstill, after: 0, [first: 5, second: 7], ends: [first: 9, second: 7]).isEmpty)
        #expect(look(&standstill, after: 9, [first: 5, second: 7], ends: [first: 9, second: 7]).isEmpty)
        #expect(look(&standstill, after: 10, [first: 5, second: 7], ends: [first: 12, second: 7]) == [first: 5..<12])
    }

    @Test func aPlaceThatMovesIsNot() {
        var standstill = Standstill()
        for second in 0..<60 {
            #expect(look(&standstill, after: second, [first: Int64(second)], ends: [first: 100]).isEmpty)
        }
    }

    @Test func whileABatchTakesLongNothingIsSuspected() {
        var standstill = Standstill()
        #expect(look(&standstill, after: 0, [first: 5], ends: [first: 9]).isEmpty)
        #expect(look(&standstill, after: 120, polls: 19, [first: 5], ends: [first: 9]).isEmpty)
        #expect(look(&standstill, after: 121, polls: 1, [first: 5], ends: [first: 9]) == [first: 5..<9])
    }

    @Test func whatWasProbedIsLeftAloneUntilTheEndMoves() {
        var standstill = Standstill()
        #expect(look(&standstill, after: 0, [first: 5], ends: [first: 6]).isEmpty)
        #expect(look(&standstill, after: 10, [first: 5], ends: [first: 6]) == [first: 5..<6])
        standstill.cleared(first, end: 6)
        #expect(look(&standstill, after: 20, [first: 5], ends: [first: 6]).isEmpty)
        #expect(look(&standstill, after: 30, [first: 5], ends: [first: 8]) == [first: 5..<8])
    }

    @Test func whatWasForgottenBeginsAgain() {
        var standstill = Standstill()
        #expect(look(&standstill, after: 0, [first: 5], ends: [first: 6]).isEmpty)
        standstill.forget()
        #expect(look(&standstill, after: 10, [first: 5], ends: [first: 6]).isEmpty)
        #expect(look(&standstill, after: 20, [first: 5], ends: [first: 6]) == [first: 5..<6])
    }

    @Test func aClientThatHandsOutNothingOfAPartitionEndsTheRunAndTheNextOneReadsIt() async throws {
        let log = SimulatedLoop.log(0..<10)
        let loop = try SimulatedLoop(log, Copy { _ in })
        loop.client.mute = [second]
        let error = await #expect(throws: ReaderStuck.self) { try await loop.settle() }
        #expect(error?.place == second && error?.offset == 0)
        #expect(error?.fault == .run(code: "client_failed"))
        #expect(loop.output == [0, 2, 4, 6, 8])
        loop.run.close()
        let next = try SimulatedLoop(log, Copy { _ in })
        try await next.settle()
        #expect(next.output.sorted() == Array(0..<10))
    }

    @Test func aPartitionThatStandsBesideOnesThatMoveIsFoundToo() async throws {
        let log = SimulatedLoop.log(0..<10)
        let loop = try SimulatedLoop(log, Copy { _ in })
        loop.client.mute = [second]
        await #expect(throws: ReaderStuck.self) {
            for number in 0..<1_000 {
                SimulatedLoop.fill(log, 10 + number * 2..<11 + number * 2)
                loop.time.pass(.milliseconds(50))
                try await loop.run.step()
            }
        }
    }
}
