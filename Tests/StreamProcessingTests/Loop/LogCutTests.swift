import Kafka
import Synchronization
import Testing

@testable import StreamProcessing

private struct Away: ClassifiedError {
    var fault: Fault { .dependency(code: "dependency_unavailable") }
}

extension LoopTests {
    @Suite struct LogCutTests {
        /// A cut as the journal of these tests has it: partition times a million, and the offset where the group was; from there on, where it goes on.
        private static let journal = CutJournal(topic: "cuts") { cut in
            let text = Array("\(cut.place.partition * 1_000_000 + Int32(cut.from) * 1_000 + Int32(cut.to))".utf8)
            return (text, text)
        }

        private func deleteRecords(_ fixture: LoopFixture, before offsets: [Int32: Int64]) async throws {
            let admin = try KafkaAdmin(settings: fixture.settings, logger: silent)
            let places = offsets.map { (TopicPartition(topic: "in", partition: $0.key), $0.value) }
            try await admin.deleteRecords(before: Dictionary(uniqueKeysWithValues: places))
            await admin.close()
        }

        private func cuts(_ fixture: LoopFixture, reach count: Int) async throws -> [Int] {
            for _ in 0..<300 {
                let found = try await fixture.read("cuts", partitions: 1)
                if found.count >= count { return found.map(\.number).sorted() }
                try await Task.sleep(for: .milliseconds(50))
            }
            throw GaveUp(description: "there are no \(count) cuts")
        }

        @Test(arguments: KafkaLibrary.allCases)
        func recordsThatWereDeletedWhileTheServiceWasAwayAreSaidAndWrittenDownOnce(_ library: KafkaLibrary) async throws
        {
            try await LoopFixture.run(library) { fixture in
                try await fixture.fill(0..<100)
                try await fixture.withTask(process: { _ in }, journal: Self.journal) {
                    _ = try await fixture.output(reaches: 100)
                }
                try await fixture.fill(100..<160)
                // Of partition 0, which has 0, 2, 4, … 158 at the offsets 0, 1, 2, … 79, those up to 138.
                try await deleteRecords(fixture, before: [0: 70])
                for _ in 0..<2 {
                    try await fixture.withTask(process: { _ in }, journal: Self.journal) {
                        let numbers = try await fixture.output(reaches: 140)
                        #expect(numbers.sorted() == Array(0..<100) + (100..<160).filter { $0 % 2 == 1 || $0 >= 140 })
                        #expect(try await cuts(fixture, reach: 1) == [50_070])
                    }
                }
            }
        }

        @Test(arguments: KafkaLibrary.allCases)
        func recordsThatAreDeletedUnderARunningServiceAreSaidAndWrittenDown(_ library: KafkaLibrary) async throws {
            try await LoopFixture.run(library) { fixture in
                let definition = TaskDefinition(
                    name: "copy", group: "copy-group", inputs: ["in"], changelog: nil, maxBatch: 1)
                try await fixture.fill(0..<2)
                let isAway = Mutex(false)
                let states = States()
                try await fixture.withTask(
                    states, definition: definition, process: { _ in if isAway.withLock({ $0 }) { throw Away() } },
                    journal: Self.journal
                ) {
                    _ = try await fixture.output(reaches: 2)
                    isAway.withLock { $0 = true }
                    try await fixture.fill(2..<4)
                    try await states.problems(reach: 3)
                    // More than it reads ahead, so that it has to come back for them.
                    try await fixture.fill(4..<60_000)
                    try await deleteRecords(fixture, before: [0: 29_990, 1: 29_990])
                    isAway.withLock { $0 = false }
                    for _ in 0..<600 where try await fixture.read("cuts", partitions: 1).isEmpty {
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    #expect(try await !fixture.read("cuts", partitions: 1).isEmpty)
                    #expect(states.problems.contains { $0.code == "log_cut" })
                }
            }
        }
    }
}
