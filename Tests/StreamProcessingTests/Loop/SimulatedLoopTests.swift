import Kafka
import OrderEvents
import StreamTesting
import Testing

@testable import StreamProcessing

private struct Away: ClassifiedError {
    var fault: Fault { .dependency(code: "dependency_unavailable") }
}

private struct Strange: Error {}

private struct Bad: ClassifiedError {
    var fault: Fault { .record(code: "bad_record") }
}

/// The loop against a client that fails where the test says so.
@Suite(.timeLimit(.minutes(1))) struct SimulatedLoopTests {
    private let late = KafkaError(code: .timedOut, message: "no answer", isRetriable: true)

    /// The run ends with this fault.
    private func ends(_ loop: SimulatedLoop, with fault: Fault) async {
        let error = await #expect(throws: (any Error).self) { try await loop.settle() }
        #expect(error.map { Fault($0) } == fault)
    }

    @Test func poisonRecordsAreSetAsideAndEveryOtherIsSentOnceInOrder() async throws {
        let loop = try SimulatedLoop(
            SimulatedLoop.log(0..<200),
            Copy { call in
                if call.numbers.contains(where: { $0 == 77 || $0 == 150 }) { throw Strange() }
                if call.numbers.contains(13) { throw Bad() }
            })
        try await loop.settle()
        // In the order of each partition.
        let good = Array(0..<200).filter { ![13, 77, 150].contains($0) }
        let expected = good.filter { $0 % 2 == 0 } + good.filter { $0 % 2 == 1 }
        #expect(loop.output == expected)
        #expect(loop.letters.sorted() == ["n13 bad_record", "n150 processing_failed", "n77 processing_failed"])
        #expect(loop.states.history.last == .running)
    }

    @Test func whileADependencyIsAwayPartitionsArePausedAndNothingIsSent() async throws {
        let log = SimulatedLoop.log(0..<10)
        var attempts = 0
        let loop = try SimulatedLoop(log, Copy { _ in throw Away() })
        let began = loop.time.clock.now()
        for _ in 0..<12 { try await loop.run.step() }
        attempts = loop.states.problems.count
        #expect(attempts >= 10 && loop.states.problems.map(\.attempt) == Array(1...attempts))
        #expect(loop.client.paused.count == 2 && loop.output.isEmpty && loop.letters.isEmpty)
        // 100 ms doubling to 10 s, half of it at least.
        #expect(loop.time.clock.now() - began > .seconds(15))
    }

    @Test func aCommitWhoseAnswerIsLostIsAskedForAgainAndNothingIsRepeated() async throws {
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<10), Copy { _ in })
        loop.client.failures[.commitTransaction] = [.init(late, isDone: true), .init(late)]
        try await loop.settle()
        #expect(loop.output.sorted() == Array(0..<10))
        #expect(loop.client.calls[.abortTransaction] == nil)
    }

    @Test(arguments: [true, false]) func aCommitThatStaysUnknownEndsTheRunAndTheNextOneKnows(_ isDone: Bool)
        async throws
    {
        let log = SimulatedLoop.log(0..<10)
        let first = try SimulatedLoop(log, Copy { _ in })
        first.client.failures[.commitTransaction] =
            [.init(late, isDone: isDone)] + Array(repeating: .init(late), count: 20)
        await ends(first, with: .run(code: "commit_unknown"))
        #expect(first.output.count == (isDone ? 10 : 0))
        first.run.close()
        let second = try SimulatedLoop(log, Copy { _ in })
        SimulatedLoop.fill(log, 10..<12)
        try await second.settle()
        #expect(second.output.sorted() == Array(0..<12))
    }

    @Test func aCommitIsAskedForAsLongAsTheBrokerIsAway() async throws {
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<10), Copy { _ in })
        loop.client.isConnected = false
        loop.client.failures[.commitTransaction] = Array(repeating: .init(late), count: 100)
        try await loop.settle()
        #expect(loop.output.count == 10 && loop.client.calls[.commitTransaction] == 101)
    }

    @Test func aRunThatIsFencedOffEndsAndItsSuccessorSendsEverythingOnce() async throws {
        let log = SimulatedLoop.log(0..<10)
        let first = try SimulatedLoop(log, Copy { _ in })
        try await first.run.step()
        let second = try SimulatedLoop(log, Copy { _ in })
        await ends(first, with: .run(code: "fenced"))
        try await second.settle()
        #expect(second.output.sorted() == Array(0..<10))
    }

    @Test func aMemberThatItsGroupHasGivenUpSendsNothingAndBlamesNoRecord() async throws {
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<10), Copy { _ in })
        let refused = KafkaError(code: .illegalGeneration, message: "given up", mustAbortTransaction: true)
        loop.client.failures[.sendOffsets] = Array(repeating: .init(refused), count: 6)
        for _ in 0..<4 { try await loop.run.step() }
        #expect(loop.output.isEmpty)
        try await loop.settle()
        #expect(loop.output.sorted() == Array(0..<10) && loop.letters.isEmpty)
    }

    @Test func anUnknownFailureOfTheCommitBlamesNoRecord() async throws {
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<10), Copy { _ in })
        let strange = KafkaError(code: .invalidArgument, message: "strange")
        loop.client.failures[.commitTransaction] = Array(repeating: .init(strange), count: 9)
        try await loop.settle()
        #expect(loop.output.sorted() == Array(0..<10) && loop.letters.isEmpty)
        #expect(Set(loop.states.problems.map(\.code)) == ["commit_failed"])
    }

    @Test func anAbortThatTheBrokerWasNotToldOfIsMadeUpForBeforeTheNextTransaction() async throws {
        var failures = 2
        let loop = try SimulatedLoop(
            SimulatedLoop.log(0..<10),
            Failing {
                failures -= 1
                if failures >= 0 { throw Away() }
            })
        loop.client.failures[.abortTransaction] = Array(repeating: .init(late), count: 5)
        // The client refuses to begin a transaction while another is open.
        try await loop.settle()
        #expect(loop.output.sorted() == Array(0..<10) && !loop.client.hasTransaction)
        #expect(loop.client.calls[.abortTransaction]! > 5)
    }

    @Test func partitionsThatGoDuringAWaitTakeTheirPartOfTheBatchWithThem() async throws {
        var isAway = true
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<10), Failing { if isAway { throw Away() } })
        // Joined; read, failed, and waited for.
        for _ in 0..<2 { try await loop.run.step() }
        #expect(loop.run.batch != nil)
        loop.client.give([TopicPartition(topic: "in", partition: 1)])
        try await loop.run.step()
        #expect(loop.run.batch == nil && loop.client.paused.isEmpty)
        isAway = false
        try await loop.settle()
        #expect(loop.output == [1, 3, 5, 7, 9])
    }

    @Test func aRecordThatIsTooLargeForItsDeadLetterIsSetAsideWithoutItsBytes() async throws {
        let log = SimulatedLoop.log(0..<2)
        log.append(
            MemoryLog.Entry(key: Array("9".utf8), value: Array(repeating: 0x39, count: 80)), to: "in", partition: 0)
        let loop = try SimulatedLoop(log, Refusing { $0.value!.count > 50 })
        loop.client.largestValue = 50
        try await loop.settle()
        let letter = try #require(log.entries("in.copy-group.dlq").first)
        #expect(letter.value == nil && letter.name == "9" && letter.header(DeadLetterHeader.omitted) == "80")
        #expect(loop.letters == ["9 bad_record"] && loop.output.sorted() == [0, 1])
    }

    @Test func aBatchThatEmitsNothingNeedsNoTransaction() async throws {
        let loop = try SimulatedLoop(SimulatedLoop.log(0..<4), Refusing { _ in false }.silent())
        try await loop.settle()
        #expect(loop.client.calls[.beginTransaction] == nil && loop.client.calls[.commit] == 1)
    }

    // MARK: state

    @Test func localStateThatACrashLeftBehindIsRestoredFromTheChangelog() async throws {
        try await SimulatedLoop.withFolder { database in
            let log = SimulatedLoop.log(0..<10)
            do {
                let first = try SimulatedLoop(log, definition: SimulatedLoop.once, database: database, Once())
                // The commit happens, the run does not learn of it, and writes no state.
                first.client.failures[.commitTransaction] =
                    [.init(late, isDone: true)] + Array(repeating: .init(late), count: 20)
                await ends(first, with: .run(code: "commit_unknown"))
                first.run.close()
            }
            SimulatedLoop.fill(log, 5..<15)
            let second = try SimulatedLoop(log, definition: SimulatedLoop.once, database: database, Once())
            try await second.settle()
            #expect(second.output.sorted() == Array(0..<15))
        }
    }

    @Test func stateIsCommittedWithItsBatchAndForgottenWithItsRollback() async throws {
        try await SimulatedLoop.withFolder { database in
            let log = SimulatedLoop.log(0..<10)
            let loop = try SimulatedLoop(log, definition: SimulatedLoop.once, database: database, Once())
            let refused = KafkaError(code: .illegalGeneration, message: "given up", mustAbortTransaction: true)
            loop.client.failures[.sendOffsets] = Array(repeating: .init(refused), count: 3)
            try await loop.settle()
            SimulatedLoop.fill(log, 0..<10)
            try await loop.settle()
            #expect(loop.output.sorted() == Array(0..<10))
        }
    }

    // MARK: cuts and moves

    @Test func recordsThatAreGoneAreWrittenDownInOneTransactionWithThePlaceBehindThem() async throws {
        let log = SimulatedLoop.log(0..<10)
        log.commit([TopicPartition(topic: "in", partition: 0): 1], of: "copy-group")
        log.deleteRecords(of: TopicPartition(topic: "in", partition: 0), before: 3)
        let journal = CutJournal(topic: "cuts") { cut in
            (Array("\(cut.place)".utf8), Array("\(cut.from) \(cut.to)".utf8))
        }
        let loop = try SimulatedLoop(log, journal: journal, Copy { _ in })
        let refused = KafkaError(code: .illegalGeneration, message: "given up", mustAbortTransaction: true)
        loop.client.failures[.sendOffsets] = [.init(refused)]
        await #expect(throws: KafkaError.self) { try await loop.settle() }
        #expect(log.entries("cuts").isEmpty)
        try await loop.settle()
        #expect(log.entries("cuts", partition: 0).map(\.value) == [Array("1 3".utf8)])
        #expect(loop.output == [6, 8, 1, 3, 5, 7, 9])
    }

    @Test func recordsThatGoUnderARunEndItAndTheNextOneGoesOnBehindThem() async throws {
        let log = SimulatedLoop.log(0..<10)
        let first = try SimulatedLoop(log, Copy { _ in })
        try await first.settle()
        SimulatedLoop.fill(log, 10..<20)
        log.deleteRecords(of: TopicPartition(topic: "in", partition: 0), before: 8)
        await ends(first, with: .run(code: "log_cut"))
        let second = try SimulatedLoop(log, Copy { _ in })
        try await second.settle()
        #expect(second.output.sorted() == (0..<20).filter { ![10, 12, 14].contains($0) })
    }

    @Test func aCopyThatAMoveMadeOfWhatTheGroupHadReadIsSkipped() async throws {
        let log = MemoryLog(partitions: 2)
        for (number, from) in [(1, "0/0"), (2, "0/1")] {
            let text = Array("\(number)".utf8)
            log.append(
                MemoryLog.Entry(key: text, value: text, headers: [RecordHeader(MovedFrom.name, from)]), to: "in",
                partition: 1)
        }
        var layout = HomeLayout(homes: 1, since: .epoch)
        var epoch = HomeLayout.Epoch(homes: 2, since: .epoch)
        // Of the old partition 0 the group had read the first record.
        (epoch.starts["in"], epoch.read["copy-group"]) = ([2, 0], ["in": [1, 0]])
        layout.move = HomeLayout.Move(epoch: epoch, isPrepared: true)
        layout.finishMove(ends: ["in": [2, 2]])
        let loop = try SimulatedLoop(log, layout: layout, Copy { _ in })
        try await loop.settle()
        #expect(loop.output == [2])
    }
}

/// Sends its input on, and then fails if the test says so.
private final class Failing: StreamProcessor {
    private let fail: () throws -> Void

    init(_ fail: @escaping () throws -> Void) { self.fail = fail }

    nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        for record in batch {
            try context.send(
                OutgoingRecord(partition: record.partition, key: record.key!, value: record.value), to: "out")
        }
        try fail()
    }
}

/// Sets aside what the test says, and sends the rest on.
private final class Refusing: StreamProcessor {
    private let isRefused: (Record) -> Bool
    private var sends = true

    init(_ isRefused: @escaping (Record) -> Bool) { self.isRefused = isRefused }

    func silent() -> Refusing {
        sends = false
        return self
    }

    nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        for record in batch {
            if isRefused(record) {
                context.deadLetter(record, DeadLetterReason(code: "bad_record", detail: "for a test"))
            } else if sends {
                try context.send(
                    OutgoingRecord(partition: record.partition, key: record.key!, value: record.value), to: "out")
            }
        }
    }
}
