import KafkaProtocol

/// Who may commit, and what is committed.
extension ConsumerGroup {
    /// Why a commit is refused. Transactional commits of old clients name no member, so they are let through.
    func checkCommit(
        member id: String, instanceID: String?, generation: Int32, isTransactional: Bool
    ) -> ErrorCode? {
        // Somebody who assigns partitions to itself, or an administrator.
        if generation < 0, state == .empty { return nil }
        if generation >= 0 || !id.isEmpty || instanceID != nil {
            if let error = check(member: id, instanceID: instanceID, generation: generation) { return error }
            return state == .completingRebalance && !isTransactional ? .rebalanceInProgress : nil
        }
        return isTransactional ? nil : .unknownMemberID
    }

    func fetchOffset(_ partition: TopicPartition, requireStable: Bool) -> OffsetFetchResponse.Partition {
        if requireStable, offsets.hasPending(partition) {
            return .init {
                $0.partitionIndex = partition.partition
                $0.committedOffset = -1
                $0.metadata = ""
                $0.errorCode = .unstableOffsetCommit
            }
        }
        guard let committed = offsets.committed[partition] else { return Self.noOffset(partition) }
        return .init {
            $0.partitionIndex = partition.partition
            $0.committedOffset = committed.offset
            $0.committedLeaderEpoch = committed.leaderEpoch
            $0.metadata = committed.metadata
        }
    }

    static func noOffset(_ partition: TopicPartition) -> OffsetFetchResponse.Partition {
        .init {
            $0.partitionIndex = partition.partition
            $0.committedOffset = -1
            $0.metadata = ""
        }
    }

    /// Forgets committed offsets, durably.
    mutating func removeOffsets(where shouldRemove: (TopicPartition) -> Bool) -> [InternalRecord] {
        offsets.removeAll(where: shouldRemove).map { GroupRecord.offsetTombstone(group: id, $0) }
    }

    /// Forgets the offsets whose time is over. Only an empty group's do expire: while there are members, they may come
    /// back to any of them.
    mutating func expireOffsets(_ now: BrokerTime) -> [InternalRecord] {
        guard state == .empty, offsets.inFlight.isEmpty else { return [] }
        // A group that had members counts from when the last one left.
        let since = protocolType == nil ? Int64.min : stateTimestamp
        let retention = config.offsetRetentionMilliseconds
        let present = offsets
        let (id, declaredReaders) = (id, config.declaredReaders)
        return removeOffsets { partition in
            guard let offset = present.committed[partition], !present.hasPending(partition),
                !(declaredReaders[partition.topic]?.contains(id) ?? false)
            else { return false }
            return max(since, offset.commitTimestamp) + retention <= now.wall
        }
    }
}
