import BrokerStorage
import KafkaProtocol
import Logging

/// The broker as a deterministic state machine: requests, storage completions and the time go in, effects come out.
///
/// No clock, socket, file, thread or random number is touched in here, so a run can be repeated exactly from its
/// inputs. The owner calls one method at a time, always from the same thread or event loop, and takes ``effects`` after
/// each. It calls ``endOfTick()`` once what was there to do is done, and ``tick(_:)`` at ``nextDeadline`` at the
/// latest.
package final class Broker {
    let settings: BrokerSettings
    /// The time of the event being handled.
    var now: BrokerTime
    /// To be performed by the owner, in order.
    package var effects: [BrokerEffect] = []

    // MARK: State

    var metadata: MetadataState
    var logs: [LogID: PartitionLog]
    /// Logs by topic and partition, for topics that clients may use.
    var topics: [String: TopicState] = [:]
    var timers = Timers<TimerKey>()

    var commits: CommitPipeline
    var tails = TailCache()
    var flushes = Flushes()
    var storage = StorageOperations()
    /// Set once the storage has failed: nothing is acknowledged any more.
    var failure: StorageError?
    var checkpoints = Checkpoints()
    var compactor = Compactor()
    var fetches = Fetches()

    var groups: GroupCoordinator
    /// JoinGroup and SyncGroup requests without an answer yet, by connection.
    var waitingGroupRequests: [UInt64: [RequestContext]] = [:]
    var transactions: TransactionCoordinator
    /// The next producer id to give out. Those below ``MetadataState/nextProducerID`` are reserved on disk, so they can
    /// be given out without another write.
    var nextProducerID: Int64
    var isShuttingDown = false

    /// - Parameter seed: what member ids and the cluster's id are made from; must differ from start to start.
    package init(settings: BrokerSettings, now: BrokerTime, recovered: RecoveredState, seed: UInt64) {
        self.settings = settings
        self.now = now
        self.metadata = recovered.metadata
        self.logs = recovered.logs
        self.commits = CommitPipeline(journal: recovered.journal)
        self.groups = recovered.groups
        self.transactions = recovered.transactions
        self.nextProducerID = recovered.metadata.nextProducerID
        for topic in metadata.topics.values { install(topic) }
        installInternalTopics()
        begin(seed: seed)
    }

    /// What a broker does first.
    private func begin(seed: UInt64) {
        if metadata.clusterID.isEmpty {
            var names = MemberIDSource(seed: seed)
            change([.setClusterID("orders" + names.next(prefix: ""))])
        }
        // Sorted, so that those with the same deadline are aborted in the same order whenever this is repeated.
        for id in transactions.transactions.keys.sorted() { watchTimeout(of: id) }
        expireGroups()
        timers.set(.maintenance, at: now.monotonic + settings.maintenanceIntervalMilliseconds)
        // What was replayed from the journal need not be replayed by the next start again.
        checkpoints.isRequested = true
    }
}

// MARK: Effects

extension Broker {
    func respond(_ context: RequestContext, _ body: some KafkaMessage) {
        effects.append(.respond(context.token, body))
    }

    func note(_ level: Logger.Level, _ message: String) {
        effects.append(.log(level, message))
    }
}

// MARK: Events

extension Broker {
    /// Time has passed.
    package func tick(_ now: BrokerTime) {
        self.now = now
        while let key = timers.popExpired(now: now.monotonic) { fire(key) }
        wakeFetches()
    }

    /// Milliseconds on the monotonic clock at which ``tick(_:)`` is due, nil if nothing is waited for.
    package var nextDeadline: Int64? { timers.nextDeadline }

    /// Whether ``endOfTick()`` has anything to do.
    package var hasWorkAtEndOfTick: Bool {
        guard failure == nil else { return false }
        return commits.canDispatch || (needsCheckpoint && commits.pending.isEmpty)
    }

    /// Everything that was there to be handled has been: what came together is committed together.
    package func endOfTick() {
        dispatchCommit()
        if needsCheckpoint { beginCheckpoint() }
        wakeFetches()
    }

    private var needsCheckpoint: Bool { checkpoints.isRequested && checkpoints.current == nil }

    private func fire(_ key: TimerKey) {
        switch key {
        case .fetch(let id): finishFetch(id)
        case .groups: expireGroups()
        case .transaction(let id): expireTransaction(id)
        case .flush: flushAll()
        case .maintenance: maintain()
        case .retryCommit: writeCommit()
        case .retryCheckpoint: checkpoints.isRequested = true
        case .shutDown: shutDownTimedOut()
        case .retryFlush(let id): retryFlush(id)
        }
    }
}
