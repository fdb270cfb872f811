import Foundation
import Kafka
import OrderEvents
import OrderTracing
import StreamTesting

@testable import StreamProcessing

/// A run of the loop over topics in memory, in a time that passes only when it waits. Nothing of it needs a broker, a thread or a second.
final class SimulatedLoop {
    /// Sends each record of its input on, the first time that its key comes.
    static let once = TaskDefinition(
        name: "once", group: "copy-group", inputs: ["in"], changelog: "out", stateOf: TaskDefinition.wholeValue)

    let log: MemoryLog
    let time: SimulatedTime
    let client: SimulatedClient
    let states = States()
    let run: TaskRun

    /// - Parameter database: where the state is kept; nil: there is none.
    init(
        _ log: MemoryLog, time: SimulatedTime = SimulatedTime(), definition: TaskDefinition = LoopFixture.definition,
        database: String? = nil, stateLimits: GatheredState.Limits = GatheredState.Limits(),
        joinLimits: JoinBuffer.Limits = JoinBuffer.Limits(), transactionalID: String = "one",
        journal: CutJournal? = nil, layout: HomeLayout? = nil,
        tracer: OrderTracer? = nil,
        _ processor: any StreamProcessor
    ) throws {
        self.log = log
        self.time = time
        client = SimulatedClient(log, group: definition.group, transactionalID: transactionalID, time: time)
        run = try TaskRun(
            definition: definition, client: client,
            database: database.map { try StateDatabase(path: $0, horizonSeconds: 86_400) }, processor: processor,
            policy: HandlingPolicy(),
            readLayout: layout.map { layout in { layout } }, cutJournal: journal,
            metrics: TaskMetrics(service: definition.name),
            reporter: TaskReporter(service: definition.name, instance: "1", observer: states, now: { 0 }),
            logger: silent, clock: time.clock, stateLimits: stateLimits, joinLimits: joinLimits, tracer: tracer,
            now: { 1_700_000_000_000 })
        try run.start()
    }

    /// Steps until all is read and nothing is under way.
    func settle() async throws {
        for _ in 0..<500 {
            try await run.step()
            if run.batch == nil, !run.owesAbort, lag == 0 { return }
        }
        throw GaveUp(description: "\(lag) records are left: \(states.history)")
    }

    private var lag: Int64 {
        run.assigned.reduce(0) { $0 + log.end($1) - max(log.begin($1), log.committed("copy-group")[$1] ?? 0) }
    }

    /// A log of two partitions with numbers, in turn in each. Keys are no order ids: those have a home.
    static func log(_ numbers: Range<Int>) -> MemoryLog {
        let log = MemoryLog(partitions: 2)
        fill(log, numbers)
        return log
    }

    static func fill(_ log: MemoryLog, _ numbers: Range<Int>) {
        for number in numbers {
            log.append(
                MemoryLog.Entry(key: Array("n\(number)".utf8), value: Array("\(number)".utf8)), to: "in",
                partition: Int32(number % 2))
        }
    }

    /// What was sent on, partition by partition.
    var output: [Int] { log.entries("out").map { Int(String(decoding: $0.value!, as: UTF8.self))! } }
    /// The dead letters: number and code.
    var letters: [String] {
        log.entries("in.copy-group.dlq").map { "\($0.name ?? "-") \($0.header(DeadLetterHeader.code) ?? "-")" }
    }

    /// A folder for the state, removed after `body`.
    static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "simulated-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer {
            // It is in the temporary directory.
            try? FileManager.default.removeItem(atPath: folder)
        }
        try await body(folder + "/db")
    }
}

/// Sends each record on and keeps its key; what is known is not sent again.
final class Once: StreamProcessor {
    nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        for record in batch {
            var isKnown = false
            try context.readState(partition: record.partition, key: record.key!) { isKnown = $0 != nil }
            if isKnown { continue }
            try context.sendState(
                OutgoingRecord(partition: record.partition, key: record.key!, value: record.value), to: "out",
                state: record.value!)
        }
    }
}
