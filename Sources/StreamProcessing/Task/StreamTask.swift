import Foundation
import Kafka
import Logging
import OrderEvents
import OrderTracing
import ServiceLifecycle

/// Runs a stream processor for as long as the service runs: consume, process, commit, exactly once.
///
/// The whole loop has one thread of its own, because the client library blocks; Swift's pool never waits for it.
public actor StreamTask: Service {
    private nonisolated let thread: DedicatedThread
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let definition: TaskDefinition
    private let settings: KafkaSettings
    private let stateDirectory: String
    private let makeProcessor: @Sendable () throws -> any StreamProcessor
    private let policy: HandlingPolicy
    private let layoutLog: LayoutLog?
    private let observer: (any TaskObserver)?
    private let cutJournal: CutJournal?
    private let tracer: OrderTracer?
    private let logger: Logger
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - stateDirectory: the parent of this service's instance directories (`InstanceDirectory`).
    ///   - makeProcessor: makes a fresh processor for each run of the task.
    ///   - policy: how often and how fast failures are answered.
    ///   - layoutLog: where the count of homes is read; nil: it is the first input's count of partitions.
    ///   - observer: is notified how the task is.
    ///   - cutJournal: where positions that were cut away are written down; nil: only in the log.
    ///   - tracer: records the spans of traced records; nil: nobody does.
    ///   - now: the wall clock in milliseconds since 1970.
    public init(
        _ definition: TaskDefinition, kafka settings: KafkaSettings, stateDirectory: String,
        policy: HandlingPolicy = HandlingPolicy(), layoutLog: LayoutLog? = nil, observer: (any TaskObserver)? = nil,
        cutJournal: CutJournal? = nil, tracer: OrderTracer? = nil,
        logger: Logger,
        now: @escaping @Sendable () -> Int64 = wallClockMilliseconds,
        makeProcessor: @escaping @Sendable () throws -> any StreamProcessor
    ) {
        thread = DedicatedThread(name: definition.name)
        self.definition = definition
        self.settings = settings
        self.stateDirectory = stateDirectory
        self.policy = policy
        self.layoutLog = layoutLog
        self.observer = observer
        self.cutJournal = cutJournal
        self.tracer = tracer
        self.logger = logger
        self.now = now
        self.makeProcessor = makeProcessor
    }

    /// Runs until shutdown or cancellation; the batch at hand is finished first.
    public func run() async throws {
        guard let instance = await InstanceDirectory.claim(in: "\(stateDirectory)/\(definition.name)", logger: logger)
        else { return }
        let metrics = TaskMetrics(
            service: definition.name, inputs: definition.inputs, hasState: definition.changelog != nil)
        let reporter = TaskReporter(
            service: definition.name, instance: instance.identity, observer: observer, now: now, explain: explain)
        reporter.report(.starting)
        defer { reporter.ended() }
        var retry = Retry(Backoff(base: .milliseconds(250), cap: .seconds(15)))
        var replaced: [TopicPartition: Int64] = [:]
        while !Stop.isRequested {
            var didCommit = false
            do {
                try await runOnce(instance, metrics, reporter, &didCommit, &replaced)
            } catch {
                if Stop.isRequested { return }
                rebuild(after: error)
                if let error = error as? TopicsReplaced { replaced.merge(error.positions) { $1 } }
                // Only runs that get nothing done count against it.
                if didCommit { retry.succeeded() }
                let delay = retry.failed()
                let fault = Fault(error)
                metrics.failed(fault)
                reporter.retrying(fault, error, attempt: retry.failures, wait: delay)
                logger.error(
                    "\(definition.name) starts over",
                    metadata: ["error": "\(explain(error))", "code": "\(fault.code)", "wait": "\(delay)"])
                await Stop.rest(for: delay)
            }
        }
    }

    /// An error in words: of a refusal, which right is missing.
    private nonisolated func explain(_ error: any Error) -> String {
        let service = (Topology.services + Topology.optional).first { $0.name == definition.name }
        let needs = MissingRight.Needs(definition, writes: service?.outputs ?? [])
        if let right = MissingRight(error, principal: settings.principal, needs: needs) { return right.description }
        return Redaction.shown("\(error)")
    }

    /// Damaged local state would fail each run to come, and holds nothing that the changelog does not: it goes, and is
    /// restored.
    private func rebuild(after error: any Error) {
        guard let error = error as? StateError, error.code == .corrupted else { return }
        logger.error(
            "\(definition.name)'s local state is damaged and is rebuilt from its changelog",
            metadata: ["error": "\(error)"])
        do {
            try StateDatabase.erase(path: error.path)
        } catch {
            // The next run finds the damage again.
            logger.error("the damaged state could not be removed", metadata: ["error": "\(error)"])
        }
    }

    private func runOnce(
        _ instance: InstanceDirectory, _ metrics: TaskMetrics, _ reporter: TaskReporter, _ didCommit: inout Bool,
        _ replaced: inout [TopicPartition: Int64]
    ) async throws {
        let client = try KafkaTaskClient(definition, settings: settings, identity: instance.identity, logger: logger)
        let run = try TaskRun(
            definition: definition, client: client,
            database: definition.changelog.map { _ in
                try StateDatabase(
                    path: "\(instance.path)/db",
                    horizonSeconds: Int32(clamping: definition.horizon.components.seconds))
            }, processor: makeProcessor(),
            policy: policy,
            readLayout: layoutLog.map { log in { try log.read() } }, cutJournal: cutJournal, replaced: replaced,
            metrics: metrics,
            reporter: reporter, logger: logger, tracer: tracer, now: now)
        defer {
            didCommit = run.hasCommitted
            replaced = run.replaced
            run.close()
        }
        try run.start()
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await step(run)
        } onCancelOrGracefulShutdown: { [wakePoll = client.wakePoll] in
            wakePoll()
        }
    }

    /// The actor's own, and so on its thread: a closure that is given away runs on Swift's pool.
    private func step(_ run: TaskRun) async throws {
        while !Stop.isRequested { try await run.step() }
    }
}

/// Milliseconds since 1970 by the system's clock.
public func wallClockMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
}
