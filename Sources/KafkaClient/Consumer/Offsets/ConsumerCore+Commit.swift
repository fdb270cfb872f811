import KafkaProtocol

/// The group's offsets.
extension ConsumerCore {
    /// As whom this consumer commits: for a producer that commits for it.
    var groupMetadata: ConsumerGroupMetadata? { committer }

    /// Commits the offsets of the next records to read, outside of any transaction.
    ///
    /// - Parameter done: called once. Refused where the group has moved on without this member: then its partitions
    ///   are others', and what was processed since the last commit is processed again.
    func commit(
        _ offsets: [TopicPartition: Int64], until deadline: Int64?, then done: @escaping (ClientError?) -> Void
    ) {
        guard let committer, let offsetsOfGroup else {
            let error = ClientError(.state, "a consumer without a group cannot commit", context: name)
            access.schedule(at: now) { done(error) }
            return
        }
        guard !offsets.isEmpty else {
            access.schedule(at: now) { done(nil) }
            return
        }
        var committed: [TopicPartition: CommittedOffset] = [:]
        for (place, offset) in offsets {
            let state = partitions[place]
            committed[place] = CommittedOffset(
                offset: offset, leaderEpoch: state?.position == offset ? state?.positionEpoch ?? -1 : -1)
        }
        offsetsOfGroup.commit(committed, as: committer, until: deadline) { result in
            switch result {
            case .failure(let error): done(error)
            case .success(let refused): done(refused.min { $0.key < $1.key }?.value)
            }
        }
    }

    /// The group's offsets of partitions, each once no transaction on it is pending.
    func fetchCommitted(
        _ places: [TopicPartition], until deadline: Int64?, then done: @escaping (GroupOffsets.Found) -> Void
    ) {
        guard let offsetsOfGroup else {
            // A consumer without a group has none.
            access.schedule(at: now) {
                done(Dictionary(uniqueKeysWithValues: places.map { ($0, .success(nil)) }))
            }
            return
        }
        offsetsOfGroup.fetch(places, until: deadline, requiresStable: true) { result in
            switch result {
            case .success(let found): done(found)
            case .failure(let error): done(Dictionary(uniqueKeysWithValues: places.map { ($0, .failure(error)) }))
            }
        }
    }

    private var offsetsOfGroup: GroupOffsets? {
        settings.groupID.map { GroupOffsets(access: access, groupID: $0, clientID: settings.clientID) }
    }
}
