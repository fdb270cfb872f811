import Kafka
import Synchronization
import Testing

@testable import StreamProcessing

private struct Away: ClassifiedError, CustomStringConvertible {
    var fault: Fault { .dependency(code: "dependency_unavailable") }
    var description: String { "https://user:pw@gateway:1/x?token=s3cret did not answer" }
}

private struct Strange: Error {}

private struct Bad: ClassifiedError {
    var fault: Fault { .record(code: "bad_record") }
}

extension LoopTests {
    @Suite struct FaultHandlingTests {
        @Test(arguments: KafkaLibrary.allCases)
        func aPoisonRecordIsSetAsideAndEveryOtherIsProcessedOnce(_ library: KafkaLibrary) async throws {
            try await LoopFixture.run(library) { fixture in
                try await fixture.fill(0..<200)
                let states = States()
                try await fixture.withTask(
                    states,
                    process: { call in
                        if call.numbers.contains(where: { $0 == 77 || $0 == 150 }) { throw Strange() }
                        if call.numbers.contains(13) { throw Bad() }
                    }
                ) {
                    let numbers = try await fixture.output(reaches: 197)
                    #expect(numbers.sorted() == (0..<200).filter { ![13, 77, 150].contains($0) })
                    // In the order of each partition.
                    #expect(numbers.filter { $0 % 2 == 0 } == numbers.filter { $0 % 2 == 0 }.sorted())
                    for _ in 0..<100 where try await fixture.read("in.copy-group.dlq").count < 3 {
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    let letters = try await fixture.read("in.copy-group.dlq").sorted { $0.number < $1.number }
                    #expect(letters.map(\.number) == [13, 77, 150])
                    #expect(letters.map(\.code) == ["bad_record", "processing_failed", "processing_failed"])
                    // It goes on.
                    try await fixture.fill(200..<300)
                    #expect(try await fixture.output(reaches: 297).count == 297)
                }
                #expect(states.history.last == .running)
                #expect(states.ended)
            }
        }

        @Test(arguments: KafkaLibrary.allCases)
        func whileADependencyIsAwayNothingIsLostAndTheMemberStays(_ library: KafkaLibrary) async throws {
            try await LoopFixture.run(library) { fixture in
                try await fixture.fill(0..<100)
                let states = States()
                let isAway = Mutex(true)
                try await fixture.withTask(states, process: { _ in if isAway.withLock({ $0 }) { throw Away() } }) {
                    let admin = try KafkaAdmin(settings: fixture.settings, logger: silent)
                    try await states.problems(reach: 3)
                    let before = try await admin.describe(groups: ["copy-group"])[0].members.map(\.memberID)
                    try await states.problems(reach: 12)
                    try await fixture.fill(100..<200)
                    let after = try await admin.describe(groups: ["copy-group"])[0].members.map(\.memberID)
                    #expect(before.count == 1 && before == after)
                    #expect(try await fixture.read("out").isEmpty)
                    isAway.withLock { $0 = false }
                    #expect(try await fixture.output(reaches: 200).sorted() == Array(0..<200))
                    await admin.close()
                }
                let problem = try #require(states.problems.last)
                #expect(problem.code == "dependency_unavailable")
                #expect(problem.detail == "https://gateway:1 did not answer")
                #expect(states.problems.map(\.attempt).prefix(12) == Array(1...12)[...])
                #expect(states.history.last == .running)
                #expect(try await fixture.read("in.copy-group.dlq").isEmpty)
            }
        }

        @Test(arguments: KafkaLibrary.allCases)
        func aTaskThatWaitsIsStoppedAtOnceAndTheNextOneGoesOn(_ library: KafkaLibrary) async throws {
            try await LoopFixture.run(library) { fixture in
                try await fixture.fill(0..<50)
                let states = States()
                try await fixture.withTask(states, process: { _ in throw Away() }) {
                    try await states.problems(reach: 5)
                }
                #expect(states.ended)
                try await fixture.withTask(process: { _ in }) {
                    let numbers = try await fixture.output(reaches: 50)
                    #expect(numbers.sorted() == Array(0..<50))
                }
            }
        }

        @Test(arguments: KafkaLibrary.allCases)
        func partitionsThatMoveDuringAWaitAreProcessedOnceByWhoeverHasThem(_ library: KafkaLibrary) async throws {
            try await LoopFixture.run(library) { fixture in
                try await fixture.fill(0..<100)
                let (first, second) = (States(), States())
                let isAway = Mutex(true)
                let process: @Sendable (Copy.Call) async throws -> Void = { _ in
                    if isAway.withLock({ $0 }) { throw Away() }
                }
                try await fixture.withTask(first, state: "one", process: process) {
                    try await first.problems(reach: 3)
                    try await fixture.withTask(second, state: "two", process: process) {
                        // Both have a partition now, and both wait.
                        try await second.problems(reach: 3)
                        isAway.withLock { $0 = false }
                        #expect(try await fixture.output(reaches: 100).sorted() == Array(0..<100))
                    }
                    // The second has left: the first has all partitions again, and none is paused.
                    try await fixture.fill(100..<200)
                    #expect(try await fixture.output(reaches: 200).sorted() == Array(0..<200))
                }
            }
        }

        @Test(arguments: KafkaLibrary.allCases)
        func aBrokerThatIsAwayForAWhileIsWaitedFor(_ library: KafkaLibrary) async throws {
            try await LoopFixture.run(library) { fixture in
                try await fixture.fill(0..<50)
                let states = States()
                try await fixture.withTask(states, process: { _ in }) {
                    #expect(try await fixture.output(reaches: 50).count == 50)
                    await fixture.broker.stop()
                    // The pause is the point: whatever the task is about to do, it goes on afterwards.
                    try await Task.sleep(for: .seconds(1))
                    try await fixture.broker.restart()
                    try await fixture.fill(50..<150)
                    #expect(try await fixture.output(reaches: 150).sorted() == Array(0..<150))
                }
            }
        }

        @Test(arguments: KafkaLibrary.allCases)
        func aBrokerThatGoesAwayInMidTransactionLosesAndRepeatsNothing(_ library: KafkaLibrary) async throws {
            try await LoopFixture.run(library) { fixture in
                try await fixture.fill(0..<100)
                let states = States()
                let (reached, resume) = (AsyncStream.makeStream(of: Void.self), AsyncStream.makeStream(of: Void.self))
                let isFirst = Mutex(true)
                try await fixture.withTask(
                    states,
                    process: { _ in
                        let first = isFirst.withLock { value in
                            defer { value = false }
                            return value
                        }
                        guard first else { return }
                        reached.continuation.yield()
                        for await _ in resume.stream { break }
                    }
                ) {
                    for await _ in reached.stream { break }
                    await fixture.broker.stop()
                    resume.continuation.yield()
                    try await states.problems(reach: 1)
                    try await fixture.broker.restart()
                    do {
                        #expect(try await fixture.output(reaches: 100).sorted() == Array(0..<100))
                    } catch { Issue.record("\(error), \(states.history), \(try fixture.places())") }
                }
                #expect(states.history.last == .running)
                #expect(
                    states.problems.allSatisfy { ["broker_unavailable", "fenced", "client_failed"].contains($0.code) })
            }
        }
    }
}
