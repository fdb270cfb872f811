import KafkaProtocol

// A group's progress, as part of the transaction.
extension TransactionCore {
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
        let commit = OffsetCommit(offsets: offsets, member: member, then: then)
        guard hasOwnEpoch else { return addOffsets(commit) }
        hasContent = true
        commitOffsets(commit)
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
            }, to: .coordinator(CoordinatorKey(kind: .group, name: commit.member.groupID)),
            options(upTo: NewestClassic.offsetCommit), check: { Self.first(of: $0) }
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
}
