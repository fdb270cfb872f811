import KafkaProtocol

/// A producer on its loop: takes finished batches, gives them sequences, brings them to their leaders, and finds out what
/// became of them.
///
/// With idempotence no record is lost, doubled or out of order by retries:
/// - A batch keeps its sequence until its outcome is known. What failed is sent again from the oldest batch on, once
///   all that was on the wire is back.
/// - The epoch goes up (KIP-360) only when no batch that the old epoch may have written is open: so nothing that may be
///   in the log is ever written under another identity (KAFKA-14034).
final class ProducerCore {
    typealias OutcomeHandler = (BatchOutcome) -> Void

    let access: any ClusterAccess
    let settings: ProducerSettings
    let batches: any BatchSource
    private let onOutcome: OutcomeHandler

    var partitions: [PartitionPlace: PartitionSender] = [:]
    /// The same, in the order of their first batch.
    var senders: [PartitionSender] = []
    /// Where the next request begins to look, so that every partition has its turn.
    var turn = 0
    /// Requests on the wire, by broker.
    var requests: [Int32: Int] = [:]
    var identity = Identity.none
    /// Sequences that were given out cannot be used up any more: a new epoch is due.
    var wantsNewEpoch = false
    /// The producer cannot go on.
    private(set) var failure: ClientError?
    private var follower: FollowerID?
    private var followed: Set<String> = []
    private var flushes: [(upTo: UInt64, then: () -> Void)] = []
    private var roomWaiters: [(bytes: Int, then: (Result<Void, ClientError>) -> Void)] = []
    private var timer: (id: TimerID, time: Int64)?
    var transaction: TransactionHooks?
    /// Of Produce; nil: the newest that both sides have.
    var newestProduceVersion: Int16?

    /// Who the producer is to brokers.
    enum Identity: Hashable {
        case none
        case asking
        case known(id: Int64, epoch: Int16)
    }

    /// - Parameter onOutcome: called for each batch, of each partition in the order of its records.
    init(
        access: any ClusterAccess, settings: ProducerSettings, batches: any BatchSource,
        onOutcome: @escaping OutcomeHandler
    ) {
        self.access = access
        self.settings = settings
        self.batches = batches
        self.onOutcome = onOutcome
        follower = access.follow(.none) { [weak self] in self?.pump() }
    }

    // MARK: Calls

    /// Keeps a topic's leaders known. Records of it can be sent once its partitions are.
    func use(_ topic: String) {
        guard followed.insert(topic).inserted, let follower else { return }
        access.change(follower, to: .named(followed))
    }

    /// Finishes every open batch, and calls `then` when each record that was appended has its outcome.
    func flush(then: @escaping () -> Void) {
        takeBatches(all: true)
        let newest = batches.withAccumulator { $0.newestNumber }
        flushes.append((newest, then))
        // Also where there is nothing to flush: never inside this call.
        access.schedule(at: access.now.monotonic) { [weak self] in self?.endFlushes() }
        pump()
    }

    /// Records were appended, time has passed, a leader is known: does what there is to do.
    func pump() {
        takeBatches()
        advanceIdentity()
        sendBatches()
        setTimer()
    }

    /// Ends everything that waits. What is on the wire may have been written.
    func close(_ error: ClientError) {
        guard failure == nil else { return }
        fail(error)
        if let follower { access.unfollow(follower) }
        follower = nil
    }

    // MARK: Batches

    /// - Parameter all: also what is not due, and for partitions that have enough.
    private func takeBatches(all: Bool = false) {
        let now = access.now.monotonic
        let taken = batches.withAccumulator { accumulator in
            accumulator.take(now: now, isFlushing: all || !flushes.isEmpty) { place in
                all || (partitions[place]?.queue.count ?? 0) < settings.requestsInFlightLimit
            }
        }
        for batch in taken { enqueue(batch) }
    }

    private func enqueue(_ batch: ProducedBatch) {
        let sender = partitions[batch.place] ?? addSender(batch.place)
        sender.queue.append(batch)
        if let failure { finish(batch, .failure(.init(error: failure, mayBeWritten: false)), sender) }
    }

    private func addSender(_ place: PartitionPlace) -> PartitionSender {
        let topic = batches.withAccumulator { $0.topics[place.topic].name }
        let sender = PartitionSender(
            place: place, name: TopicPartition(topic: topic, partition: place.partition))
        partitions[place] = sender
        senders.append(sender)
        use(topic)
        return sender
    }

    /// The batch has its outcome. It is reported in its turn.
    func finish(_ batch: ProducedBatch, _ outcome: BatchOutcome.Result, _ sender: PartitionSender) {
        guard !batch.isDone else { return }
        batch.outcome = outcome
        settle(sender)
    }

    /// Reports what is done, in order, and frees its memory.
    func settle(_ sender: PartitionSender) {
        for batch in sender.queue where !batch.isReported {
            guard let outcome = batch.outcome else { break }
            report(batch, outcome)
        }
        while let batch = sender.popDone() { batches.withAccumulator { $0.release(batch) } }
        wakeRoomWaiters()
        sender.rewindIfDrained()
        endFlushes()
    }

    /// Tells the application, once.
    func report(_ batch: ProducedBatch, _ outcome: BatchOutcome.Result) {
        guard !batch.isReported else { return }
        batch.isReported = true
        onOutcome(
            BatchOutcome(place: batch.place, recordCount: batch.recordCount, tokens: batch.tokens, result: outcome))
    }

    private func endFlushes() {
        guard !flushes.isEmpty else { return }
        let oldest = senders.lazy.flatMap(\.queue).filter { !$0.isReported }.map(\.number).min() ?? .max
        let done = flushes.prefix { $0.upTo < oldest }
        flushes.removeFirst(done.count)
        // At the end of the event, when what a failure leads to is known everywhere.
        for flush in done { access.schedule(at: access.now.monotonic, flush.then) }
    }

    // MARK: Room

    /// Calls `then` once there is room for so many bytes, or with why records are of no use now.
    func awaitRoom(_ bytes: Int, then: @escaping (Result<Void, ClientError>) -> Void) {
        roomWaiters.append((bytes, then))
        if let failure { return refuseRecords(failure) }
        wakeRoomWaiters()
    }

    private func wakeRoomWaiters() {
        guard !roomWaiters.isEmpty else { return }
        let room = batches.withAccumulator { settings.bufferBytes - $0.usedBytes }
        let woken = roomWaiters.filter { $0.bytes <= room }
        roomWaiters.removeAll { $0.bytes <= room }
        for waiter in woken { access.schedule(at: access.now.monotonic) { waiter.then(.success(())) } }
    }

    /// Ends the waits of those who have more records.
    func refuseRecords(_ error: ClientError) {
        let woken = roomWaiters
        roomWaiters = []
        for waiter in woken { access.schedule(at: access.now.monotonic) { waiter.then(.failure(error)) } }
    }

    /// The producer cannot go on: every batch ends with `error`.
    func fail(_ error: ClientError) {
        guard failure == nil else { return }
        failure = error
        transaction?.stopped(error)
        discardAll(error)
        refuseRecords(error)
    }

    /// Ends every record that has no outcome. What is on the wire is not waited for.
    func discardAll(_ error: ClientError) {
        takeBatches(all: true)
        for sender in senders {
            for batch in sender.queue where !batch.isDone {
                let mayBeWritten = batch.mayBeWritten || batch.isOnWire
                report(batch, .failure(.init(error: error, mayBeWritten: mayBeWritten)))
                batch.outcome = .failure(.init(error: error, mayBeWritten: mayBeWritten))
            }
            settle(sender)
        }
    }

    // MARK: Time

    /// One timer, for the earliest of what is due.
    private func setTimer() {
        let linger = batches.withAccumulator { $0.nextLinger }
        let now = access.now.monotonic
        // An open batch that is due already waits for its partition, not for time.
        var next = linger.flatMap { $0 > now ? $0 : nil } ?? .max
        for sender in senders {
            if sender.blockedUntil > now, !sender.queue.isEmpty { next = min(next, sender.blockedUntil) }
            if let first = sender.queue.first(where: { !$0.isReported }) {
                next = min(next, first.createdAt + settings.deliveryTimeoutMilliseconds)
            }
        }
        guard next != timer?.time else { return }
        if let timer { access.cancel(timer.id) }
        timer = nil
        guard next < .max else { return }
        let id = access.schedule(at: next) { [weak self] in
            self?.timer = nil
            self?.expire()
            self?.pump()
        }
        timer = (id, next)
    }
}

/// What a producer with transactions does at certain points of a batch's way.
struct TransactionHooks {
    /// Whether a batch of the partition may be sent; if not, its coordinator is asked to add it.
    var admits: (PartitionSender) -> Bool
    /// A batch failed: the transaction cannot be committed.
    var failed: (BatchOutcome.Failure) -> Void
    /// A request came back.
    var returned: () -> Void
    /// The producer cannot go on.
    var stopped: (ClientError) -> Void
}
