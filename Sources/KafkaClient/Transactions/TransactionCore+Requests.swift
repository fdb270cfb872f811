import KafkaProtocol

/// The newest versions of requests before transactions had epochs of their own (KIP-890).
enum NewestClassic {
    static let produce: Int16 = 11
    static let offsetCommit: Int16 = 4
    static let end: Int16 = 4
}

// What the coordinator is asked, and what its answers mean.
extension TransactionCore {
    /// What an error in an answer means for the transaction.
    enum Meaning {
        case done
        /// Ask again a little later.
        case again(after: Int64)
        /// The transaction can only be aborted.
        case abort(newEpoch: Bool)
        /// The producer is of no further use.
        case fatal
    }

    func meaning(_ error: ErrorCode) -> Meaning {
        switch error {
        case .none: .done
        case .concurrentTransactions: .again(after: Self.concurrentBackoff)
        case .unknownProducerID, .invalidProducerIDMapping: .abort(newEpoch: true)
        case .topicAuthorizationFailed, .groupAuthorizationFailed, .transactionAbortable, .operationNotAttempted,
            .unknownMemberID, .illegalGeneration, .fencedInstanceID, .rebalanceInProgress, .staleMemberEpoch:
            .abort(newEpoch: false)
        case _ where error.isRetriable: .again(after: access.settings.retryBackoffMilliseconds)
        default: .fatal
        }
    }

    /// Options of a request that has a newer version for transactions with epochs of their own.
    func options(upTo classic: Int16) -> RequestOptions {
        var options = options
        if !hasOwnEpoch { options.newest = classic }
        return options
    }

    func later(_ delay: Int64, _ body: @escaping () -> Void) {
        access.schedule(at: access.now.monotonic + delay, body)
    }

    // MARK: Identity

    /// With the present identity, if there is one: so a producer that was fenced off meanwhile is refused (KIP-360).
    func askIdentity() {
        let (id, epoch) = identity
        let timeout = settings.transactionTimeoutMilliseconds
        access.send(
            InitProducerIDRequest {
                $0.transactionalID = transactionalID
                $0.transactionTimeoutMilliseconds = timeout
                $0.producerID = id
                $0.producerEpoch = epoch
            }, to: coordinator, options, check: { $0.errorCode }
        ) { [weak self] result in
            self?.identityAnswered(result)
        }
    }

    private func identityAnswered(_ result: Result<Answer<InitProducerIDResponse>, RequestFailure>) {
        guard state == .initializing || state == .aborting else { return }
        switch result {
        case .success(let answer):
            switch meaning(answer.body.errorCode) {
            case .done: initialized(id: answer.body.producerID, epoch: answer.body.producerEpoch)
            case .again(let delay): later(delay) { [weak self] in self?.askIdentity() }
            case .abort, .fatal: identityFailed(ClientError(answer.body.errorCode, context: transactionalID).fatal)
            }
        case .failure(let failure): identityFailed(failure.error)
        }
    }

    private func identityFailed(_ error: ClientError) {
        guard state == .initializing, !error.isFatal else { return failProducer(error) }
        initializationFailed(error)
    }

    // MARK: Partitions

    /// Whether a partition's batches may be sent. If not yet, the coordinator is asked to add it.
    func admits(_ sender: PartitionSender) -> Bool {
        guard state == .inTransaction || state == .committing else { return false }
        if hasOwnEpoch { hasContent = true }
        if hasOwnEpoch || sender.isInTransaction { return true }
        if !wanted.contains(where: { $0 === sender }) {
            wanted.append(sender)
            // Those that begin in the same event are added by one request.
            access.schedule(at: access.now.monotonic) { [weak self] in self?.addPartitions() }
        }
        return false
    }

    private func addPartitions() {
        guard !isAddingPartitions, !wanted.isEmpty, state == .inTransaction || state == .committing else { return }
        isAddingPartitions = true
        let adding = wanted
        let (id, epoch) = identity
        let byTopic = Dictionary(grouping: adding, by: \.name.topic)
        access.send(
            AddPartitionsToTxnRequest {
                $0.transactionalID = transactionalID
                $0.producerID = id
                $0.producerEpoch = epoch
                $0.topics = byTopic.keys.sorted().map { topic in
                    TopicPartitions(name: topic, partitions: (byTopic[topic] ?? []).map(\.name.partition).sorted())
                }
            }, to: coordinator, options, check: { Self.first(of: $0) }
        ) { [weak self] result in
            self?.partitionsAnswered(adding, result)
        }
    }

    /// The error that says most: those of partitions that were not tried follow from another's.
    static func first<Request>(of answer: PartitionsResponse<Request, PartitionResult>) -> ErrorCode {
        let errors = answer.topics.lazy.flatMap(\.partitions).map(\.errorCode).filter { $0 != .none }
        return errors.first { $0 != .operationNotAttempted } ?? errors.first ?? .none
    }

    private func partitionsAnswered(
        _ added: [PartitionSender], _ result: Result<Answer<AddPartitionsToTxnResponse>, RequestFailure>
    ) {
        isAddingPartitions = false
        switch result {
        case .success(let answer):
            let error = Self.first(of: answer.body)
            switch meaning(error) {
            case .done:
                hasContent = true
                for sender in added { sender.isInTransaction = true }
                wanted.removeAll { sender in added.contains { $0 === sender } }
                producer.pump()
                addPartitions()
            case .again(let delay): later(delay) { [weak self] in self?.addPartitions() }
            case .abort(let newEpoch): fail(error, newEpoch: newEpoch, "AddPartitionsToTxn")
            case .fatal: failProducer(ClientError(error, context: transactionalID))
            }
        case .failure(let failure): failed(failure)
        }
        goOn()
    }

    // MARK: The end

    func sendEnd(commit: Bool) {
        let (id, epoch) = identity
        access.send(
            EndTxnRequest {
                $0.transactionalID = transactionalID
                $0.producerID = id
                $0.producerEpoch = epoch
                $0.committed = commit
            }, to: coordinator, options(upTo: NewestClassic.end), check: { $0.errorCode }
        ) { [weak self] result in
            self?.endAnswered(commit: commit, result.map(\.body))
        }
    }

    private func endAnswered(commit: Bool, _ result: Result<EndTxnResponse, RequestFailure>) {
        guard state == .committing || state == .aborting else { return }
        switch result {
        case .success(let answer):
            let error = answer.errorCode
            switch meaning(error) {
            case .done where answer.producerID >= 0: ended(next: (answer.producerID, answer.producerEpoch))
            case .done: ended()
            case _ where error == .invalidTxnState && !commit:
                // The coordinator has nothing open; the next epoch shuts out whatever there was.
                needsNewEpoch = true
                ended()
            case .again(let delay): later(delay) { [weak self] in self?.sendEnd(commit: commit) }
            case .abort(let newEpoch) where commit:
                if newEpoch { needsNewEpoch = true }
                endRefused(ClientError(error, context: "EndTxn"))
            case .abort:
                needsNewEpoch = true
                ended()
            case .fatal: failProducer(ClientError(error, context: "EndTxn"))
            }
        case .failure(let failure): failProducer(failure.error)
        }
    }

    // MARK: Errors

    func fail(_ error: ErrorCode, newEpoch: Bool, _ what: String) {
        if newEpoch { needsNewEpoch = true }
        failTransaction(ClientError(error, context: what))
    }

    func failed(_ failure: RequestFailure) {
        if failure.mayHaveHappened { hasContent = true }
        guard failure.error.code != .closed else { return failProducer(failure.error) }
        failTransaction(failure.error)
    }
}
