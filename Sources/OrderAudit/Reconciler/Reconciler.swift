import Kafka
import Logging
import Metrics
import OrderEvents
import OrderStore
import ServiceLifecycle
import StreamProcessing
import Synchronization
import Telemetry

/// Checks the flow while it runs: follows the topics and looks up each order that has a new record, and adds up the
/// store, slowly.
///
/// `TailCore` and `SweepCore` decide; this reads, waits and reports. It is no part of the flow: it joins no group,
/// writes nothing, and takes a twentieth of a core at 2,000 orders a second. When the broker or the store is away it
/// says so, and resumes when they are back. It never ends before it is cancelled.
public actor Reconciler {
    /// What it may use.
    public struct Options: Sendable {
        /// Records of the topics that are checked in a second; a fifth as many orders or more.
        public var recordsPerSecond = 25_000
        /// Further behind than this, it gives up what it has open and starts over at the end.
        public var maximumLag: Int64 = 1_000_000
        /// How often the topics are read.
        public var interval: Duration = .milliseconds(500)
        /// The same, where nothing came and nothing is open.
        public var idleInterval: Duration = .seconds(2)
        /// The sweep rests so many times as long as it has worked.
        public var sweepRest = 99
        /// And so long between two sweeps at least.
        public var sweepPause: Duration = .seconds(10)

        public init() {}
    }

    private nonisolated let thread = DedicatedThread(name: "reconciler")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let settings: KafkaSettings
    let store: any OrderStore
    let options: Options
    let logger: Logger
    let now: @Sendable () -> Int64
    private let shared = Mutex(ReconcilerState())
    /// Where the last session stopped, between two sessions.
    var left: [TopicPartition: Int64]?
    private let checked: Counter
    private let skipped: Counter
    private let found: Counter
    private let open: Meter
    private let delay: Meter
    private let coverage: Meter
    /// Findings that were logged since `loggedSince`: at most ten a minute.
    private var logged = 0
    private var loggedSince = ContinuousClock.now
    /// The layout's, as the sweep saw it last.
    var generation: Int?

    public init(
        kafka settings: KafkaSettings, store: any OrderStore, options: Options = Options(), logger: Logger,
        now: @escaping @Sendable () -> Int64 = wallClockMilliseconds
    ) {
        self.settings = settings
        self.store = store
        self.options = options
        self.logger = logger
        self.now = now
        checked = Metric.reconcilerChecked()
        found = Metric.reconcilerFindings()
        skipped = Metric.reconcilerSkipped()
        open = Metric.reconcilerOpenOrders()
        delay = Metric.reconcilerDelay()
        coverage = Metric.reconcilerCoverage()
        open.set(0)
        checked.increment(by: 0)
        skipped.increment(by: 0)
        found.increment(by: 0)
    }

    /// How it fares now. Any thread.
    public nonisolated var state: ReconcilerState { shared.withLock { $0 } }

    /// Runs until cancellation or a graceful shutdown.
    public func run() async {
        update { $0.since = moment() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.repeatUntilStopped("follow the topics") { try await self.follow() } }
            group.addTask { await self.repeatUntilStopped("add up the store") { try await self.sweep() } }
        }
    }

    /// Does something over and over until it is to stop, after an error once more.
    private func repeatUntilStopped(_ what: String, _ body: @Sendable () async throws -> Void) async {
        while !isEnding {
            await Retry.untilStopped(Backoff(base: .seconds(1), cap: .seconds(15)), body) { failure in
                update { $0.problem = "cannot \(what): \(failure.error)" }
                guard failure.attempt == 1 else { return }
                logger.warning(
                    "the reconciler cannot \(what) and tries again", metadata: ["error": "\(failure.error)"])
            }
        }
    }

    nonisolated var isEnding: Bool { Stop.isRequested }

    nonisolated func moment() -> Timestamp { Timestamp(millisecondsSinceEpoch: now()) }

    nonisolated func update(_ change: (inout ReconcilerState) -> Void) { shared.withLock { change(&$0) } }

    // MARK: what is reported

    func tell(_ verdict: TailCore.Verdict) {
        if verdict.agreed > 0 { checked.increment(by: verdict.agreed) }
        let now = moment()
        update {
            $0.checkedOrders += verdict.agreed
            $0.coverage.note(checked: verdict.judged, at: now)
        }
    }

    /// Notes what will not be checked.
    func skip(_ records: Int64, _ orders: Int) {
        guard records > 0 || orders > 0 else { return }
        skipped.increment(by: orders)
        let now = moment()
        update {
            $0.skippedRecords += Int(records)
            $0.skippedOrders += orders
            $0.coverage.note(skipped: orders, at: now)
        }
    }

    func tell(open count: Int, overdue: Int, through: Timestamp) {
        open.set(count)
        let now = moment()
        let standing = shared.withLock { state in
            state.openOrders = count
            state.overdueOrders = overdue
            if !state.isStarting { state.checkedThrough = through }
            return state.standing(at: now)
        }
        if let milliseconds = standing.delayMilliseconds { delay.set(Double(milliseconds) / 1_000) }
        if let ratio = standing.coverage { coverage.set(ratio) }
    }

    func tell(_ kind: Finding.Kind, _ subject: String, _ detail: String) {
        let at = moment()
        guard shared.withLock({ $0.note(kind, subject, detail, at: at) }) else { return }
        found.increment()
        if ContinuousClock.now - loggedSince > .seconds(60) {
            logged = 0
            loggedSince = .now
        }
        logged += 1
        guard logged <= 10 else { return }
        logger.error(
            "something does not agree",
            metadata: ["kind": "\(kind.rawValue)", "subject": "\(subject)", "detail": "\(detail)"])
    }
}
