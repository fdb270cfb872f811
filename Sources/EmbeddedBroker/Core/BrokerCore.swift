import Collections
import KafkaProtocol
import Logging
import NIOCore

/// The broker as a deterministic state machine: requests, storage completions and the time go in, effects come out.
///
/// No clock, socket, file, thread or random number is touched in here, so a run can be repeated exactly from its
/// inputs. The owner calls one method at a time, always from the same thread or event loop, and takes ``effects`` after
/// each. It calls ``endOfTick()`` once what was there to do is done, and ``tick(_:)`` at ``nextDeadline`` at the
/// latest.
final class BrokerCore {
    let settings: BrokerSettings
    /// The time of the event being handled.
    var now: BrokerTime
    /// To be performed by the owner, in order.
    var effects: [BrokerEffect] = []

    // MARK: State

    var metadata: MetadataState
    var logs: [LogID: PartitionLog]
    /// Logs by topic and partition, for topics that clients may use.
    var topics: [String: TopicState] = [:]
    var timers = Timers()

    var journal: JournalFiles
    var pending: JournalFrameBuilder
    /// What is to be done once the pending commit is durable.
    var pendingActions: [DurableAction] = []
    var commitInFlight: CommitInFlight?
    var lastCommitBytes = 4096
    /// Produce requests that wait for room in the next commit.
    var stalledProduces: Deque<(RequestContext, ProduceRequest)> = []
    /// Set once the storage has failed: nothing is acknowledged any more.
    var failure: StorageError?

    var nextOperationID: StorageOperation.ID = 1
    var continuations: [StorageOperation.ID: (StorageCompletion) -> Void] = [:]

    var fetches: [UInt64: PendingFetch] = [:]
    var nextFetchID: UInt64 = 1
    /// Logs whose readable end moved in this step.
    var advancedLogs: [PartitionLog] = []
    /// Which log each batch in memory belongs to, oldest first.
    var tailOrder: Deque<LogID> = []
    var tailBytes = 0
    /// Logs with batches that are not in their segment files.
    var unflushedLogs: Set<LogID> = []
    /// Logs whose flush failed and is tried again when their timer fires, not before: a full disk must not be asked all
    /// the time.
    var logsAwaitingRetry: Set<LogID> = []
    /// A write has failed that is tried again, and none has succeeded since.
    var isUnwritable = false

    var groups: GroupCoordinator
    /// JoinGroup and SyncGroup requests without an answer yet, by connection.
    var waitingGroupRequests: [UInt64: [RequestContext]] = [:]
    var transactions = TransactionCoordinator()
    /// Producer ids below are reserved on disk, so they can be given out without another write.
    var producerIDsReserved: Int64 = 0
    /// The next producer id to give out.
    var nextProducerID: Int64 = 0

    /// The log that is being compacted.
    var compactingLog: LogID?

    var checkpoint: CheckpointInProgress?
    /// A checkpoint is wanted as soon as the pending commit is dispatched.
    var checkpointRequested = false
    var isShuttingDown = false

    /// What is to be done when a commit has become durable.
    typealias DurableAction = (BrokerCore) -> Void

    /// - Parameter seed: what member ids and the cluster's id are made from; must differ from start to start.
    init(settings: BrokerSettings, now: BrokerTime, recovered: RecoveredState, seed: UInt64) {
        self.settings = settings
        self.now = now
        self.metadata = recovered.metadata
        self.logs = recovered.logs
        self.journal = recovered.journal
        self.pending = JournalFrameBuilder(capacity: 4096)
        self.groups = recovered.groups
        self.transactions = recovered.transactions
        for topic in metadata.topics.values { install(topic) }
        installInternalTopics()
        begin(seed: seed)
    }

    /// What a broker does first.
    private func begin(seed: UInt64) {
        nextProducerID = metadata.nextProducerID
        producerIDsReserved = nextProducerID
        if metadata.clusterID.isEmpty {
            var names = MemberIDSource(seed: seed)
            change([.setClusterID("orders" + names.next(prefix: ""))])
        }
        // Sorted, so that those with the same deadline are aborted in the same order whenever this is repeated.
        for id in transactions.transactions.keys.sorted() { watchTimeout(of: id) }
        expireGroups()
        timers.set(.maintenance, at: now.monotonic + settings.maintenanceIntervalMilliseconds)
        // What was replayed from the journal need not be replayed by the next start again.
        checkpointRequested = true
    }
}

// MARK: Effects

extension BrokerCore {
    func respond(_ context: RequestContext, _ body: some KafkaMessage) {
        effects.append(.respond(context.token, body))
    }

    func note(_ level: Logger.Level, _ message: String) {
        effects.append(.log(level, message))
    }

    /// Has the storage do something and goes on with its result.
    func perform(_ lane: StorageLane, _ steps: [StorageStep], then continuation: @escaping (StorageCompletion) -> Void)
    {
        let id = nextOperationID
        nextOperationID += 1
        continuations[id] = continuation
        effects.append(.storage(StorageOperation(id: id, lane: lane, steps: steps)))
    }
}

// MARK: Events

extension BrokerCore {
    /// A storage operation has ended.
    func complete(_ completion: StorageCompletion, now: BrokerTime) {
        self.now = now
        continuations.removeValue(forKey: completion.id)?(completion)
        wakeFetches()
    }

    /// Time has passed.
    func tick(_ now: BrokerTime) {
        self.now = now
        while let key = timers.popExpired(now: now.monotonic) { fire(key) }
        wakeFetches()
    }

    /// Milliseconds on the monotonic clock at which ``tick(_:)`` is due, nil if nothing is waited for.
    var nextDeadline: Int64? { timers.nextDeadline }

    /// Whether ``endOfTick()`` has anything to do.
    var hasWorkAtEndOfTick: Bool {
        guard failure == nil else { return false }
        return (commitInFlight == nil && !pending.isEmpty)
            || (checkpointRequested && checkpoint == nil && pending.isEmpty)
    }

    /// Everything that was there to be handled has been: what came together is committed together.
    func endOfTick() {
        dispatchCommit()
        if checkpointRequested, checkpoint == nil { beginCheckpoint() }
        wakeFetches()
    }

    private func fire(_ key: TimerKey) {
        switch key {
        case .fetch(let id): finishFetch(id)
        case .groups: expireGroups()
        case .transaction(let id): expireTransaction(id)
        case .flush: flushAll()
        case .maintenance: maintain()
        case .retryCommit: retryCommit()
        case .retryCheckpoint: checkpointRequested = true
        case .shutDown: shutDownTimedOut()
        case .retryFlush(let id):
            logsAwaitingRetry.remove(id)
            if let log = logs[id] { flush(log) }
        }
    }
}
