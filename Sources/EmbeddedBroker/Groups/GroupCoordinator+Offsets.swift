import KafkaProtocol

/// What a group has committed.
extension GroupCoordinator {
    /// - Parameter isKnown: whether a topic has the partition; offsets of others are refused.
    mutating func offsetCommit(
        _ request: OffsetCommitRequest, _ context: RequestContext, now: BrokerTime,
        isKnown: (_ topic: String, _ partition: Int32) -> Bool
    ) -> [GroupAction] {
        let generation = request.generationIDOrMemberEpoch
        var refusal: ErrorCode?
        if request.groupID.utf8.count > config.maximumIDBytes {
            refusal = .invalidGroupID
        } else if groups[request.groupID] == nil {
            if generation >= 0 {
                refusal = .illegalGeneration
            } else if !create(request.groupID, now) {
                refusal = .coordinatorNotAvailable
            }
        }
        refusal =
            refusal
            ?? groups[request.groupID]?.checkCommit(
                member: request.memberID, instanceID: request.groupInstanceID, generation: generation,
                isTransactional: false)
        var accepted: [GroupPartition: CommittedOffset] = [:]
        let topics = request.topics.map { topic in
            OffsetCommitResponse.Topic(
                name: topic.name,
                partitions: topic.partitions.map { partition in
                    let checked = check(
                        topic.name, partition.partitionIndex, partition.committedOffset, partition.committedLeaderEpoch,
                        partition.committedMetadata, refusal, now, isKnown)
                    accepted.merge(checked.accepted) { _, new in new }
                    return .init(partitionIndex: partition.partitionIndex, errorCode: checked.error)
                })
        }
        let response = OffsetCommitResponse { $0.topics = topics }
        _ = update(request.groupID) { group, effects in
            if refusal == nil { group.members[request.memberID]?.touch(now) }
            guard !accepted.isEmpty else { return }
            let number = group.offsets.begin(accepted.keys)
            effects.persist(
                Self.records(accepted, group: request.groupID),
                then: .commitOffsets(context, response, group: request.groupID, number, accepted))
        }
        if accepted.isEmpty { effects.reply(context, response) }
        return effects.takeActions()
    }

    /// The caller has made sure that the producer's transaction is under way and that the group is part of it.
    mutating func txnOffsetCommit(
        _ request: TxnOffsetCommitRequest, _ context: RequestContext, now: BrokerTime,
        isKnown: (_ topic: String, _ partition: Int32) -> Bool
    ) -> [GroupAction] {
        var refusal: ErrorCode?
        if !isValid(request.groupID) {
            refusal = .invalidGroupID
        } else if groups[request.groupID] == nil {
            if request.generationID >= 0 || !request.memberID.isEmpty {
                refusal = .unknownMemberID
            } else if !create(request.groupID, now) {
                refusal = .coordinatorNotAvailable
            }
        }
        refusal =
            refusal
            ?? groups[request.groupID]?.checkCommit(
                member: request.memberID, instanceID: request.groupInstanceID, generation: request.generationID,
                isTransactional: true)
        var accepted: [GroupPartition: CommittedOffset] = [:]
        let topics = request.topics.map { topic in
            TxnOffsetCommitResponse.Topic(
                name: topic.name,
                partitions: topic.partitions.map { partition in
                    let checked = check(
                        topic.name, partition.partitionIndex, partition.committedOffset, partition.committedLeaderEpoch,
                        partition.committedMetadata, refusal, now, isKnown)
                    accepted.merge(checked.accepted) { _, new in new }
                    return .init(partitionIndex: partition.partitionIndex, errorCode: checked.error)
                })
        }
        let response = TxnOffsetCommitResponse { $0.topics = topics }
        _ = update(request.groupID) { group, effects in
            if refusal == nil { group.members[request.memberID]?.touch(now) }
            guard !accepted.isEmpty else { return }
            for (partition, offset) in accepted { group.offsets.addPending(request.producerID, partition, offset) }
            effects.persist(
                Self.records(accepted, group: request.groupID),
                producer: GroupProducer(id: request.producerID, epoch: request.producerEpoch),
                then: .reply(context, response))
        }
        if accepted.isEmpty {
            effects.reply(context, response)
        } else {
            transactionalGroups[request.producerID, default: []].insert(request.groupID)
        }
        return effects.takeActions()
    }

    private func check(
        _ topic: String, _ partition: Int32, _ offset: Int64, _ leaderEpoch: Int32, _ metadata: String?,
        _ refusal: ErrorCode?, _ now: BrokerTime, _ isKnown: (String, Int32) -> Bool
    ) -> (error: ErrorCode, accepted: [GroupPartition: CommittedOffset]) {
        if let refusal { return (refusal, [:]) }
        guard isKnown(topic, partition) else { return (.unknownTopicOrPartition, [:]) }
        let metadata = metadata ?? ""
        guard metadata.utf8.count <= config.maximumOffsetMetadataBytes else { return (.offsetMetadataTooLarge, [:]) }
        let committed = CommittedOffset(
            offset: offset, leaderEpoch: leaderEpoch, metadata: metadata, commitTimestamp: now.wall)
        return (.none, [GroupPartition(topic: topic, partition: partition): committed])
    }

    private static func records(_ offsets: [GroupPartition: CommittedOffset], group: String) -> [InternalRecord] {
        offsets.sorted { $0.key < $1.key }.map { GroupRecord.offset(group: group, $0.key, $0.value) }
    }

    /// A producer's transaction has ended: the offsets in it count now, or are forgotten.
    mutating func endTransaction(producerID: Int64, committed: Bool, now: BrokerTime) -> [GroupAction] {
        replayTransactionEnd(producerID: producerID, committed: committed)
        return effects.takeActions()
    }

    /// The topics are gone, and with them what was committed for them.
    mutating func deleteOffsets(ofTopics topics: Set<String>) -> [GroupAction] {
        var records: [InternalRecord] = []
        for id in groups.keys.sorted() {
            _ = update(id) { group, _ in records += group.removeOffsets { topics.contains($0.topic) } }
        }
        if !records.isEmpty { effects.persist(records, then: .none) }
        return effects.takeActions()
    }
}
