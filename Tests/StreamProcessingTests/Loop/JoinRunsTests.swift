import Kafka
import OrderEvents
import StreamTesting
import TestSupport
import Testing

@testable import StreamProcessing

/// Runs of a task that joins two inputs, one after another, with crashes and failures at moments of chance.
@Suite struct JoinRunsTests {
    private static let definition = TaskDefinition(
        name: "join", group: "copy-group", inputs: ["in", "pay"], changelog: "out",
        joins: JoinedInputs(lead: "in", follow: "pay"), maxBatch: 7)

    private func append(_ topic: String, _ number: Int, to log: MemoryLog) {
        log.append(
            MemoryLog.Entry(key: Array("n\(number)".utf8), value: Array(topic.utf8), timestamp: Int64(number)),
            to: topic,
            partition: Int32(number % 2))
    }

    @Test(arguments: 0..<40) func eachKeyHasBothThroughCrashesAtAnyStep(seed: UInt64) async throws {
        try await SimulatedLoop.withFolder { database in
            var random = SeededGenerator(seed: seed)
            let log = MemoryLog(partitions: 2)
            var (orders, paid) = (0, 0)
            func limits() -> JoinBuffer.Limits {
                JoinBuffer.Limits(
                    begin: Int.random(in: 1...4, using: &random), waiting: Int.random(in: 1...30, using: &random),
                    patience: .milliseconds([0, 20, 500].randomElement(using: &random)!))
            }
            for _ in 0..<6 {
                let loop = try SimulatedLoop(
                    log, definition: JoinRunsTests.definition, database: database, joinLimits: limits(), Join())
                for _ in 0..<Int.random(in: 0..<12, using: &random) {
                    for _ in 0..<Int.random(in: 0..<9, using: &random) {
                        append("in", orders, to: log)
                        orders += 1
                    }
                    while paid < orders, Int.random(in: 0..<8, using: &random) > 0 {
                        append("pay", paid, to: log)
                        paid += 1
                    }
                    if Int.random(in: 0..<5, using: &random) == 0 {
                        loop.client.failures[.commitTransaction] = [
                            .init(
                                KafkaError(code: .timedOut, message: "no answer", isRetriable: true),
                                isDone: Bool.random(using: &random))
                        ]
                    }
                    if Int.random(in: 0..<6, using: &random) == 0 {
                        loop.client.give(
                            ["in", "pay"].flatMap { topic in
                                (0..<2).map { TopicPartition(topic: topic, partition: $0) }
                            })
                    }
                    try await loop.run.step()
                }
                // Half of them crash.
                if Bool.random(using: &random) { loop.run.close() }
            }
            while paid < orders {
                append("pay", paid, to: log)
                paid += 1
            }
            let last = try SimulatedLoop(
                log, definition: JoinRunsTests.definition, database: database, joinLimits: limits(), Join())
            try await last.settle()
            var (newest, seen): ([String: String], [String: Int]) = ([:], [:])
            for entry in log.entries("out") {
                newest[entry.name!] = String(decoding: entry.value!, as: UTF8.self)
                seen[entry.name!, default: 0] += 1
            }
            #expect(newest.count == orders)
            #expect(newest.values.allSatisfy { $0 == "in pay " || $0 == "pay in " })
            #expect(seen.values.allSatisfy { $0 <= 2 }, "a record was counted twice")
        }
    }

    @Test func whatIsBehindIsWrittenOnce() async throws {
        try await SimulatedLoop.withFolder { database in
            let log = MemoryLog(partitions: 2)
            for number in 0..<100 { append("in", number, to: log) }
            for number in 0..<100 { append("pay", number, to: log) }
            let loop = try SimulatedLoop(
                log, definition: JoinRunsTests.definition, database: database,
                joinLimits: .init(begin: 3, patience: .seconds(10)),
                Join())
            try await loop.settle()
            #expect(log.entries("out").count == 100)
        }
    }
}

/// Keeps of each key which of the inputs it came from, and sends it on once in a batch.
private final class Join: StreamProcessor {
    nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        var (changed, partitions): ([[UInt8]: [UInt8]], [[UInt8]: Int32]) = ([:], [:])
        for record in batch {
            let key = Array(record.key!)
            if changed[key] == nil {
                try context.readState(partition: record.partition, key: record.key!) {
                    changed[key] = $0.map { Array($0) } ?? []
                }
            }
            changed[key]! += Array(record.value!) + [UInt8(ascii: " ")]
            partitions[key] = record.partition
        }
        for (key, value) in changed.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            try key.withUnsafeBytes { key in
                try value.withUnsafeBytes { value in
                    try context.sendState(
                        OutgoingRecord(partition: partitions[Array(key)]!, key: key, value: value), to: "out",
                        state: value)
                }
            }
        }
    }
}
