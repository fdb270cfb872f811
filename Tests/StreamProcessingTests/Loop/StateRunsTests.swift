import Kafka
import OrderEvents
import StreamTesting
import TestSupport
import Testing

@testable import StreamProcessing

/// Runs of tasks that keep state, one after another: with crashes, failures and partitions that move, at moments of chance.
@Suite struct StateRunsTests {
    private static let places = (0..<2).map { TopicPartition(topic: "in", partition: $0) }

    private func limits(_ random: inout SeededGenerator) -> GatheredState.Limits {
        GatheredState.Limits(
            bytes: [1, 60, 200, 1 << 20].randomElement(using: &random)!,
            age: [.milliseconds(1), .seconds(1), .seconds(60)].randomElement(using: &random)!)
    }

    /// Some of the numbers from 1 on are new, others were there before. Keys are order ids and others, at home.
    private func fill(_ log: MemoryLog, upTo highest: inout Int, _ random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            let isNew = highest == 0 || Bool.random(using: &random)
            if isNew { highest += Int.random(in: 1..<3, using: &random) }
            let number = isNew ? highest : Int.random(in: 1...highest, using: &random)
            let key = Array((number % 3 == 0 ? "n\(number)" : "\(number)").utf8)
            log.append(
                MemoryLog.Entry(key: key, value: Array("\(number)".utf8)), to: "in",
                partition: key.withUnsafeBytes { KeyPartitioner.partition(ofKey: $0, count: 2) })
        }
    }

    private func failures(_ client: SimulatedClient, _ random: inout SeededGenerator) {
        let refused = KafkaError(code: .illegalGeneration, message: "given up", mustAbortTransaction: true)
        let late = KafkaError(code: .timedOut, message: "no answer", isRetriable: true)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: client.failures[.sendOffsets] = [.init(refused)]
        case 1: client.failures[.commitTransaction] = [.init(late, isDone: Bool.random(using: &random))]
        case 2: client.failures[.produce] = [.init(refused)]
        case 3:
            // Whether it is committed stays unknown, and the run ends.
            client.failures[.commitTransaction] =
                [.init(late, isDone: Bool.random(using: &random))] + Array(repeating: .init(late), count: 20)
        default: break
        }
    }

    @Test(arguments: 0..<30) func eachKeyIsSentOnceThroughCrashesAtAnyStep(seed: UInt64) async throws {
        try await SimulatedLoop.withFolder { database in
            var random = SeededGenerator(seed: seed)
            let log = MemoryLog(partitions: 2)
            var highest = 0
            for _ in 0..<6 {
                let loop = try SimulatedLoop(
                    log, definition: SimulatedLoop.once, database: database, stateLimits: limits(&random), First())
                for _ in 0..<Int.random(in: 0..<15, using: &random) {
                    fill(log, upTo: &highest, &random)
                    failures(loop.client, &random)
                    // A run that ends is followed by the next one, as after any crash.
                    do { try await loop.run.step() } catch { break }
                }
                // Half of them crash: what is gathered is gone.
                if Bool.random(using: &random) { loop.run.close() }
            }
            let last = try SimulatedLoop(log, definition: SimulatedLoop.once, database: database, First())
            try await last.settle()
            #expect(last.output.count == Set(last.output).count)
            let numbers = log.entries("in").map { Int(String(decoding: $0.value!, as: UTF8.self))! }
            #expect(Set(last.output) == Set(numbers))
        }
    }

    /// Two members with a state of their own take turns with the partitions.
    @Test(arguments: 0..<20) func aPartitionThatComesBackBringsWhatOthersHaveDoneWithIt(seed: UInt64) async throws {
        try await SimulatedLoop.withFolder { database in
            var random = SeededGenerator(seed: seed)
            let log = MemoryLog(partitions: 2)
            var highest = 0
            let members = try ["one", "two"].map {
                try SimulatedLoop(
                    log, definition: SimulatedLoop.once, database: "\(database)-\($0)",
                    stateLimits: limits(&random), transactionalID: $0, First())
            }
            for _ in 0..<12 {
                let shared = StateRunsTests.places.map { ($0, Bool.random(using: &random)) }
                for (member, isFirst) in zip(members, [true, false]) {
                    member.client.give(shared.filter { $0.1 == isFirst }.map(\.0))
                }
                // Both have heard of it before either reads on.
                for member in members { try await member.run.step() }
                for _ in 0..<Int.random(in: 1..<4, using: &random) {
                    fill(log, upTo: &highest, &random)
                    for member in members { try await member.run.step() }
                }
            }
            for member in members { try await member.settle() }
            let output = members[0].output
            #expect(output.count == Set(output).count)
            #expect(Set(output) == Set(log.entries("in").map { Int(String(decoding: $0.value!, as: UTF8.self))! }))
        }
    }
}

/// Sends each record on, the first time that its key comes, and keeps the key.
private final class First: StreamProcessor {
    nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        var inBatch: Set<[UInt8]> = []
        for record in batch {
            var isKnown = false
            try context.readState(partition: record.partition, key: record.key!) { isKnown = $0 != nil }
            guard !isKnown, inBatch.insert(Array(record.key!)).inserted else { continue }
            try context.sendState(
                OutgoingRecord(partition: record.partition, key: record.key!, value: record.value), to: "out",
                state: record.value!)
        }
    }
}
