import Foundation
import Kafka
import LogLimit
import Logging
import OrderEvents
import OrderTracing
import ServiceLifecycle

/// One run of a task: a consumer, a transactional producer and the local state, from their opening to
/// their end. A fatal error (fenced, broken beyond an abort) ends the run and the task begins another.
///
/// Not Sendable: all of it happens on the task's thread, between two polls at most one transaction.
///
/// The order of handling, for every batch: poll; process, which decodes each record and notes those that cannot be
/// read; send the dead letters; send the offsets; commit; write the local state; confirm. What fails is rolled back,
/// and `BatchPlan` says how it goes on.
///
/// Nothing is polled while a processor works. The group is kept by the client library's own heartbeats, but it gives a
/// member up that does not poll for `max.poll.interval.ms` (5 minutes), and waits for as long in a rebalance. So every
/// outside call of a processor is bounded, and so is their number in a batch. Payments are bounded by
/// `HTTPPaymentGateway.maxBatch` (2 minutes at the longest, 40 s by default), alerting by `Webhook.maxBatch` (200 s),
/// the sink by the store's busy timeout (seconds). Polling from beside an outside call was the other way: a partition
/// could then be revoked under a processor in mid-batch, for every processor to get right.
final class TaskRun {
    let definition: TaskDefinition
    let logger: Logger
    let processor: any StreamProcessor
    let client: any TaskClient
    let store: GatheredState?
    let context: TransactionContext
    let failures = LogLimiter(.warning, "a batch failed and is tried again")
    let metrics: TaskMetrics
    let reporter: TaskReporter
    let policy: HandlingPolicy
    let clock: TaskClock
    /// Spreads the waits.
    var random: any RandomNumberGenerator
    /// Reads the layout; nil: homes are the partitions of the first input.
    let readLayout: (() throws -> HomeLayout?)?

    /// What the group has committed through this run: next offset to process, of every assigned partition.
    var committedPositions: [TopicPartition: Int64] = [:]
    var assigned: [TopicPartition] = []
    /// The homes whose records and state are this member's.
    var homes: [Int32] = []
    var toldCounts: [String: Int32] = [:]
    /// What was read last: it still holds where somebody has deleted the topic that keeps it.
    var knownLayout: HomeLayout?
    /// The batch that was polled and is not through yet. It stays in memory until it is: trying it again needs no
    /// broker. Nil again as soon as the partitions change: what is not committed then is somebody else's, or comes
    /// again.
    var batch: RecordBatch?
    /// What was polled and waits for records that follow it.
    var joinBuffer: JoinBuffer?
    /// How the batch is got through, and the failures in a row, which outlast it.
    var plan = BatchPlan()
    /// While a batch is waited out.
    var isPaused = false
    /// The broker does not know yet that the transaction is void.
    var owesAbort = false
    /// The abort's, which is repeated with every batch.
    var stuckAbort = StuckCall()
    /// Positions that were cut away, and are not written down yet.
    var unrecordedCuts: [PositionCut] = []
    let cutJournal: CutJournal?
    /// Topics that an earlier run found to be others than before, by its positions in them.
    var replaced: [TopicPartition: Int64]
    /// When the group's places were last compared with what is known here.
    var placesChecked: ContinuousClock.Instant
    var placesMissing: Set<TopicPartition> = []
    static let placeCheckInterval: Duration = .seconds(10)
    /// Whether every assigned partition is read, and when that was last looked at.
    var standstill = Standstill()
    var readingChecked: ContinuousClock.Instant
    /// Whether this run got anything done.
    var hasCommitted = false
    /// In a row.
    var emptyPolls = 0
    private var pace: Pace
    /// When the state's size was last looked at; nil: not yet.
    private var stateMeasured: ContinuousClock.Instant?
    /// What the processor does without a record failed so often in a row, and is not asked for before this.
    var ticks = (failures: 0, notBefore: ContinuousClock.Instant?.none)
    /// A failed rebalance cannot throw through the client library; it is kept here and thrown after the poll.
    var rebalanceError: (any Error)?

    init(
        definition: TaskDefinition, client: any TaskClient, database: (any StateStore)?, processor: any StreamProcessor,
        policy: HandlingPolicy, readLayout: (() throws -> HomeLayout?)? = nil, cutJournal: CutJournal? = nil,
        replaced: [TopicPartition: Int64] = [:], metrics: TaskMetrics, reporter: TaskReporter, logger: Logger,
        clock: TaskClock = .system, stateLimits: GatheredState.Limits = GatheredState.Limits(),
        joinLimits: JoinBuffer.Limits = JoinBuffer.Limits(),
        random: any RandomNumberGenerator = SystemRandomNumberGenerator(), tracer: OrderTracer? = nil,
        now: @escaping @Sendable () -> Int64
    ) throws {
        self.readLayout = readLayout
        self.definition = definition
        self.client = client
        self.clock = clock
        (placesChecked, readingChecked) = (clock.now(), clock.now())
        pace = Pace(Pace.Limits(records: definition.worthwhile))
        self.logger = logger
        self.processor = processor
        self.policy = policy
        self.cutJournal = cutJournal
        self.replaced = replaced
        self.metrics = metrics
        self.reporter = reporter
        store = database.map { GatheredState($0, limits: stateLimits) }
        self.random = random
        joinBuffer = definition.joins.map {
            JoinBuffer(lead: client.topicID($0.lead), follow: client.topicID($0.follow), limits: joinLimits)
        }
        context = try TransactionContext(
            definition: definition, client: client, store: store, tracer: tracer, logger: logger, now: now)
    }

    /// Fences and finishes what a predecessor left open, then joins the group. Blocks; a broker that is away is waited
    /// for.
    func start() throws {
        try untilAnswered("the broker does not answer, asking again") { () throws(KafkaError) in
            try client.initTransactions(timeout: .seconds(5))
        } gaveUp: {
            isStopping ? $0 as any Error : ProducerStuck(cause: $0)
        }
        try client.subscribe(
            definition.inputs, onRebalance: { [unowned self] in rebalance($0) },
            choose: { [unowned self] in choose($0) })
    }

    /// Leaves the group and frees everything; nothing is in flight between two steps. Blocks, bounded.
    func close() {
        batch = nil
        joinBuffer?.removeAll()
        do {
            try store?.flush()
        } catch {
            logger.warning(
                "what was gathered of the state is not written: the next start reads it from the changelog again",
                metadata: ["error": "\(error)"])
        }
        client.close()
    }

    /// The batch at hand is not tried again, and nothing is waited for.
    var isStopping: Bool { Stop.isRequested }

    /// Polls once, or goes on with the batch at hand.
    nonisolated(nonsending) func step() async throws {
        if batch == nil {
            rest()
            try abandonTransaction()
            try recordCuts()
            try checkPlaces()
            try checkReading()
            try store?.flushIfDue(now: clock.now())
            measureState()
            try await tick()
            let polled = try poll(max: definition.maxBatch, timeout: pollWait)
            if polled.count < definition.maxBatch { standstill.polledAll() }
            guard let due = take(polled) else { return try idle() }
            emptyPolls = 0
            pace.begin(polled.count, hasMore: polled.count >= definition.maxBatch, at: clock.now())
            if due.isEmpty { return }
            batch = due
            plan.begin(count: due.count)
        }
        try await advance()
    }

    /// What is to be processed now; nil: there is nothing to do.
    private func take(_ polled: RecordBatch) -> RecordBatch? {
        if polled.isEmpty { return joinBuffer?.expired(now: clock.now()) }
        return joinBuffer?.take(polled, now: clock.now()) ?? polled
    }

    /// Every ten seconds: RocksDB adds its files up.
    private func measureState() {
        guard let store, stateMeasured.map({ clock.now() - $0 >= .seconds(10) }) ?? true else { return }
        stateMeasured = clock.now()
        metrics.state(bytes: store.size)
    }

    func poll(max: Int, timeout: Duration) throws -> RecordBatch {
        let batch: RecordBatch
        do {
            batch = try client.poll(max: max, timeout: timeout)
        } catch {
            throw error.code == .autoOffsetReset ? outOfRange(error) : error
        }
        if let error = rebalanceError {
            rebalanceError = nil
            throw error
        }
        return try withoutRepeats(batch)
    }

    /// Leaves out what a move has copied and this group had read at its old place.
    private func withoutRepeats(_ batch: RecordBatch) throws -> RecordBatch {
        if batch.isEmpty || context.layout.generation == 0 { return batch }
        let rest = try batch.keeping { record in
            guard isRepeat(record) else { return true }
            try remember(record)
            return false
        }
        // Nothing is left to commit them with.
        if rest.isEmpty { try commitIdle() }
        return rest
    }

    /// What the original left in the state, if nothing is known of its key here: as `InputRestorer` does it.
    private func remember(_ record: Record) throws {
        guard let stateOf = definition.stateOfInput, let store,
            client.topicName(record.topic) == definition.inputs[0]
        else { return }
        var (key, state): ([UInt8], [UInt8]) = ([], [])
        guard stateOf(record, context.layout, &key, &state) else { return }
        try key.withUnsafeBytes { key in
            guard try store.withValue(partition: record.partition, key: key, { $0 == nil }) else { return }
            state.withUnsafeBytes { store.set(partition: record.partition, key: key, value: $0) }
            try store.commit(now: clock.now())
        }
    }

    private func isRepeat(_ record: Record) -> Bool {
        let topic = client.topicName(record.topic)
        guard let epoch = context.layout.epochOfCopy(topic, record.partition, record.offset),
            let from = record.headers.last(where: { $0.name == MovedFrom.name })?.text.flatMap({ MovedFrom($0) })
        else { return false }
        return epoch.hasRead(definition.group, topic, from.latest.partition, from.latest.offset)
    }

    /// Where records keep coming, some gather before the next transaction.
    private func rest() {
        let left = pace.rest(now: clock.now())
        // The thread is the task's own: it may sleep.
        if left > .zero { clock.rest(left) }
    }
}
