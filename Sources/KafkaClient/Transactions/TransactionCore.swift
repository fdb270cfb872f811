import KafkaProtocol

/// The transactions of one producer: which partitions and groups are part of one, and how it ends.
///
/// Adding partitions, adding a group's offsets, and producing go on side by side; the end waits for all of them. What
/// fails makes the transaction one that can only be aborted, or ends the producer permanently.
final class TransactionCore {
    typealias Completion = (Result<Void, ClientError>) -> Void

    /// The coordinator is still busy with the end of the last transaction: asked again after this, in milliseconds.
    static let concurrentBackoff: Int64 = 20

    let access: any ClusterAccess
    let producer: ProducerCore
    let transactionalID: String
    let settings: ProducerSettings
    private(set) var state = TransactionState.uninitialized

    /// This transaction has an epoch of its own, and its requests add partitions and groups by themselves (KIP-890).
    private(set) var hasOwnEpoch = false
    /// Partitions with batches, of which the coordinator is to hear.
    var wanted: [PartitionSender] = []
    var isAddingPartitions = false
    /// The coordinator knows, or may know, of something in this transaction.
    var hasContent = false
    /// Requests for offsets that have no outcome.
    var openOffsetCommits = 0
    /// The sequences cannot go on after this transaction.
    var needsNewEpoch = false
    private var waiting: [Waiter] = []
    private var isEnding = false
    /// Everything appended before the commit has its outcome.
    private var hasFlushed = false

    /// A call that waits for the end of what goes on.
    private final class Waiter {
        let then: Completion
        var timer: TimerID?

        init(_ then: @escaping Completion) { self.then = then }
    }

    init?(access: any ClusterAccess, producer: ProducerCore) {
        guard let id = producer.settings.transactionalID else { return nil }
        self.access = access
        self.producer = producer
        settings = producer.settings
        transactionalID = id
        producer.transaction = TransactionHooks(
            admits: { [weak self] in self?.admits($0) ?? false },
            failed: { [weak self] in self?.batchFailed($0) },
            returned: { [weak self] in self?.goOn() },
            stopped: { [weak self] in self?.stopped($0) })
    }

    var coordinator: Destination { .coordinator(CoordinatorKey(kind: .transaction, name: transactionalID)) }
    var options: RequestOptions { RequestOptions(clientID: settings.clientID, deadline: .max) }

    /// Producer id and epoch; the epoch fences off older users of the transactional id.
    var identity: (id: Int64, epoch: Int16) {
        if case .known(let id, let epoch) = producer.identity { (id, epoch) } else { (-1, -1) }
    }

    // MARK: Calls

    /// Gets the producer's identity. Earlier users of the transactional id are fenced off, and an open transaction of
    /// theirs is aborted.
    ///
    /// After a retriable error it is called again, and goes on.
    func initialize(deadline: Int64, then: @escaping Completion) {
        switch state {
        case .uninitialized:
            state = .initializing
            wait(deadline, then)
            askIdentity()
        case .initializing: wait(deadline, then)
        default: complete(then, .failure(refusal("initTransactions")))
        }
    }

    /// What was appended since the last transaction ended belongs to this one.
    func begin() throws(ClientError) {
        guard state == .ready else { throw refusal("beginTransaction") }
        state = .inTransaction
        hasOwnEpoch = access.features.hasOwnEpochs
        producer.newestProduceVersion = hasOwnEpoch ? nil : NewestClassic.produce
        access.schedule(at: access.now.monotonic) { [weak self] in self?.producer.pump() }
    }

    /// Commits what was produced and sent since ``begin()``, all of it or nothing.
    ///
    /// After a retriable error it is open whether it is committed: it is called again, and goes on.
    func commit(deadline: Int64, then: @escaping Completion) {
        switch state {
        case .inTransaction:
            state = .committing
            hasFlushed = false
            wait(deadline, then)
            producer.flush { [weak self] in self?.flushed() }
        case .committing: wait(deadline, then)
        default: complete(then, .failure(refusal("commitTransaction")))
        }
    }

    /// Gives up what was produced and sent since ``begin()``. Called again after a retriable error.
    func abort(deadline: Int64, then: @escaping Completion) {
        switch state {
        case .inTransaction, .failed:
            state = .aborting
            wanted = []
            wait(deadline, then)
            goOn()
        case .aborting: wait(deadline, then)
        default: complete(then, .failure(refusal("abortTransaction")))
        }
    }

    /// Why records that are appended now would be of no use; nil where they are taken.
    var refusesRecords: ClientError? {
        switch state {
        case .fatal(let error): error
        case .failed(let error): error.aborting
        default: nil
        }
    }

    private func refusal(_ call: String) -> ClientError {
        switch state {
        case .fatal(let error): error
        case .failed(let error): error.aborting
        default: ClientError(.state, "\(call) does not fit a producer that is \(state)")
        }
    }

    private func complete(_ then: @escaping Completion, _ result: Result<Void, ClientError>) {
        access.schedule(at: access.now.monotonic) { then(result) }
    }

    private func wait(_ deadline: Int64, _ then: @escaping Completion) {
        let waiter = Waiter(then)
        waiting.append(waiter)
        guard deadline < .max else { return }
        waiter.timer = access.schedule(at: deadline) { [weak self, weak waiter] in
            guard let self, let waiter, let place = waiting.firstIndex(where: { $0 === waiter }) else { return }
            waiting.remove(at: place)
            waiter.then(
                .failure(ClientError(.timedOut, "not done in time; it goes on", context: transactionalID)))
        }
    }

    private func wake(_ result: Result<Void, ClientError>) {
        let woken = waiting
        waiting = []
        for waiter in woken {
            if let timer = waiter.timer { access.cancel(timer) }
            waiter.then(result)
        }
    }

    // MARK: States

    /// The producer has its identity: from the start, or a new epoch after an abort.
    func initialized(id: Int64, epoch: Int16) {
        producer.begin(id: id, epoch: epoch)
        becomeReady()
    }

    private func becomeReady() {
        for sender in producer.senders { sender.isInTransaction = false }
        wanted = []
        hasContent = false
        needsNewEpoch = false
        isEnding = false
        state = .ready
        wake(.success(()))
        producer.pump()
    }

    /// The transaction can only be aborted.
    func failTransaction(_ error: ClientError) {
        producer.refuseRecords(error.aborting)
        switch state {
        case .inTransaction: state = .failed(error.aborting)
        case .committing:
            state = .failed(error.aborting)
            wake(.failure(error.aborting))
        default: break
        }
    }

    /// The producer cannot go on.
    func failProducer(_ error: ClientError) { producer.fail(error.fatal) }

    private func stopped(_ error: ClientError) {
        if case .fatal = state { return }
        state = .fatal(error.fatal)
        wake(.failure(error.fatal))
    }

    private func batchFailed(_ failure: BatchOutcome.Failure) {
        needsNewEpoch = true
        failTransaction(failure.error)
    }

    // MARK: The end

    private func flushed() {
        hasFlushed = true
        goOn()
    }

    /// Ends the transaction once nothing of it is under way.
    func goOn() {
        guard !isEnding, openOffsetCommits == 0, !isAddingPartitions else { return }
        switch state {
        case .committing where hasFlushed: end(commit: true)
        case .aborting where producer.senders.allSatisfy({ $0.inFlight == 0 }):
            isEnding = true
            if producer.senders.contains(where: \.hasStamped) || producer.wantsNewEpoch { needsNewEpoch = true }
            producer.discardAll(ClientError(.state, "the transaction was aborted", context: transactionalID))
            end(commit: false)
        default: break
        }
    }

    private func end(commit: Bool) {
        isEnding = true
        hasFlushed = false
        guard hasContent else { return ended() }
        sendEnd(commit: commit)
    }

    /// The coordinator has taken the end of the transaction.
    ///
    /// - Parameter next: the identity that it gave for the next one, if it did.
    func ended(next: (id: Int64, epoch: Int16)? = nil) {
        if let next { return initialized(id: next.id, epoch: next.epoch) }
        guard needsNewEpoch else { return becomeReady() }
        askIdentity()
    }

    /// The end was refused: nothing is under way any more.
    func endRefused(_ error: ClientError) {
        isEnding = false
        needsNewEpoch = true
        failTransaction(error)
    }

    /// What this state was about failed; the call may be made again.
    func initializationFailed(_ error: ClientError) {
        state = .uninitialized
        wake(.failure(error))
    }
}
