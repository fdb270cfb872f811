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
        let (topics, accepted) = accept(request.topics, refusal, now, isKnown)
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
        let (topics, accepted) = accept(request.topics, refusal, now, isKnown)
        let response = TxnOffsetCommitResponse { $0.topics = topics }
        _ = update(request.groupID) { group, effects in
            if refusal == nil { group.members[request.memberID]?.touch(now) }
            guard !accepted.isEmpty else { return }
            for (partition, offset) in accepted { group.offsets.addPending(request.producerID, partition, offset) }
            effects.persist(
                Self.records(accepted, group: request.groupID),
                producer: ProducerIdentity(id: request.producerID, epoch: request.producerEpoch),
                then: .reply(context, response))
        }
        if accepted.isEmpty {
            effects.reply(context, response)
        } else {
            transactionalGroups[request.producerID, default: []].insert(request.groupID)
        }
        return effects.takeActions()
    }

    /// What becomes of each partition's offset, and those that are to be written.
    private func accept(
        _ topics: [TopicPartitions<CommittedPartition<some OffsetCommittingRequest>>], _ refusal: ErrorCode?,
        _ now: BrokerTime,
        _ isKnown: (String, Int32) -> Bool
    ) -> (results: [TopicPartitions<PartitionResult>], accepted: [TopicPartition: CommittedOffset]) {
        var accepted: [TopicPartition: CommittedOffset] = [:]
        let results = topics.mapPartitions { topic, partition in
            let place = TopicPartition(topic: topic, partition: partition.partitionIndex)
            let metadata = partition.committedMetadata ?? ""
            var code = refusal ?? .none
            if refusal == nil, !isKnown(place.topic, place.partition) { code = .unknownTopicOrPartition }
            if code == .none, metadata.utf8.count > config.maximumOffsetMetadataBytes { code = .offsetMetadataTooLarge }
            if code == .none {
                accepted[place] = CommittedOffset(
                    offset: partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch,
                    metadata: metadata, commitTimestamp: now.wall)
            }
            return PartitionResult(partitionIndex: place.partition, errorCode: code)
        }
        return (results, accepted)
    }

    private static func records(_ offsets: [TopicPartition: CommittedOffset], group: String) -> [InternalRecord] {
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
