import KafkaProtocol

// What the coordinator is asked, and what its answers mean.
extension TransactionCore {
    /// What an error in an answer means for the transaction.
    private enum Meaning {
        case done
        /// Ask again a little later.
        case again(after: Int64)
        /// The transaction can only be aborted.
        case abort(newEpoch: Bool)
        /// The producer is of no further use.
        case fatal
    }

    private func meaning(_ error: ErrorCode) -> Meaning {
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

    private func later(_ delay: Int64, _ body: @escaping () -> Void) {
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
        if sender.isInTransaction { return true }
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
    private static func first<Request>(of answer: PartitionsResponse<Request, PartitionResult>) -> ErrorCode {
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

    // MARK: Offsets

    /// Makes a group's progress part of the transaction.
    ///
    /// The commit waits for it, so it needs not be waited for here: `then` hears only how it went.
    func sendOffsets(
        _ offsets: [TopicPartition: CommittedOffset], of member: ConsumerGroupMetadata, then: @escaping Completion
    ) {
        guard state == .inTransaction else {
            let error =
                if case .failed(let error) = state { error } else {
                    ClientError(.state, "offsets can be sent within a transaction only")
                }
            access.schedule(at: access.now.monotonic) { then(.failure(error)) }
            return
        }
        openOffsetCommits += 1
        addOffsets(OffsetCommit(offsets: offsets, member: member, then: then))
    }

    private struct OffsetCommit {
        let offsets: [TopicPartition: CommittedOffset]
        let member: ConsumerGroupMetadata
        let then: Completion
    }

    private func addOffsets(_ commit: OffsetCommit) {
        let (id, epoch) = identity
        access.send(
            AddOffsetsToTxnRequest {
                $0.transactionalID = transactionalID
                $0.producerID = id
                $0.producerEpoch = epoch
                $0.groupID = commit.member.groupID
            }, to: coordinator, options, check: { $0.errorCode }
        ) { [weak self] result in
            self?.offsetStep(commit, result.map(\.body.errorCode), "AddOffsetsToTxn of group \(commit.member.groupID)")
            { [weak self] in
                self?.addOffsets(commit)
            } done: { [weak self] in
                self?.hasContent = true
                self?.commitOffsets(commit)
            }
        }
    }

    private func commitOffsets(_ commit: OffsetCommit) {
        let (id, epoch) = identity
        let byTopic = Dictionary(grouping: commit.offsets.keys, by: \.topic)
        access.send(
            TxnOffsetCommitRequest {
                $0.transactionalID = transactionalID
                $0.groupID = commit.member.groupID
                $0.producerID = id
                $0.producerEpoch = epoch
                $0.generationID = commit.member.generation
                $0.memberID = commit.member.memberID
                $0.groupInstanceID = commit.member.instanceID
                $0.topics = byTopic.keys.sorted().map { topic in
                    TopicPartitions(
                        name: topic,
                        partitions: (byTopic[topic] ?? []).sorted().map { place in
                            CommittedPartition {
                                $0.partitionIndex = place.partition
                                $0.committedOffset = commit.offsets[place]?.offset ?? 0
                                $0.committedLeaderEpoch = commit.offsets[place]?.leaderEpoch ?? -1
                                $0.committedMetadata = commit.offsets[place]?.metadata ?? ""
                            }
                        })
                }
            }, to: .coordinator(CoordinatorKey(kind: .group, name: commit.member.groupID)), options,
            check: { Self.first(of: $0) }
        ) { [weak self] result in
            self?.offsetStep(
                commit, result.map { Self.first(of: $0.body) }, "TxnOffsetCommit of group \(commit.member.groupID)"
            ) { [weak self] in
                self?.commitOffsets(commit)
            } done: { [weak self] in
                self?.end(commit, .success(()))
            }
        }
    }

    private func offsetStep(
        _ commit: OffsetCommit, _ result: Result<ErrorCode, RequestFailure>, _ what: String,
        again: @escaping () -> Void, done: () -> Void
    ) {
        switch result {
        case .success(let error):
            switch meaning(error) {
            case .done: done()
            // An abort waits for what was written only.
            case .again where state == .aborting:
                hasContent = true
                end(commit, .failure(ClientError(.state, "the transaction is aborted")))
            case .again(let delay): later(delay, again)
            case .abort(let newEpoch):
                fail(error, newEpoch: newEpoch, what)
                end(commit, .failure(ClientError(error, context: what).aborting))
            case .fatal:
                failProducer(ClientError(error, context: what))
                end(commit, .failure(ClientError(error, context: what).fatal))
            }
        case .failure(let failure):
            failed(failure)
            end(commit, .failure(failure.error.aborting))
        }
    }

    private func end(_ commit: OffsetCommit, _ result: Result<Void, ClientError>) {
        openOffsetCommits -= 1
        commit.then(result)
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
            }, to: coordinator, options, check: { $0.errorCode }
        ) { [weak self] result in
            self?.endAnswered(commit: commit, result.map(\.body.errorCode))
        }
    }

    private func endAnswered(commit: Bool, _ result: Result<ErrorCode, RequestFailure>) {
        guard state == .committing || state == .aborting else { return }
        switch result {
        case .success(let error):
            switch meaning(error) {
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

    private func fail(_ error: ErrorCode, newEpoch: Bool, _ what: String) {
        if newEpoch { needsNewEpoch = true }
        failTransaction(ClientError(error, context: what))
    }

    private func failed(_ failure: RequestFailure) {
        if failure.mayHaveHappened { hasContent = true }
        guard failure.error.code != .closed else { return failProducer(failure.error) }
        failTransaction(failure.error)
    }
}
