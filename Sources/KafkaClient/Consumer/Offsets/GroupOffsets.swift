import KafkaProtocol

/// Reads and writes a group's offsets, at its coordinator.
struct GroupOffsets {
    let access: any ClusterAccess
    let groupID: String
    let clientID: String

    typealias Found = [TopicPartition: Result<CommittedOffset?, ClientError>]

    private var coordinator: Destination { .coordinator(CoordinatorKey(kind: .group, name: groupID)) }

    /// What is committed; nil for a partition without a commit.
    ///
    /// - Parameters:
    ///   - places: nil for all that the group has ever committed.
    ///   - deadline: monotonic, in milliseconds; nil for `default.api.timeout.ms`.
    ///   - requiresStable: waits where a transaction is about to change an offset (KIP-447).
    func fetch(
        _ places: [TopicPartition]?, until deadline: Int64?, requiresStable: Bool,
        then done: @escaping (Result<Found, ClientError>) -> Void
    ) {
        let end = deadline ?? access.now.monotonic + access.settings.apiTimeoutMilliseconds
        fetch(places, until: end, requiresStable, attempt: 1, then: done)
    }

    private func fetch(
        _ places: [TopicPartition]?, until end: Int64, _ requiresStable: Bool, attempt: Int,
        then done: @escaping (Result<Found, ClientError>) -> Void
    ) {
        let topics = places?.byTopic
        let request = OffsetFetchRequest {
            $0.groupID = groupID
            $0.topics = topics
            $0.groups = [
                .init {
                    $0.groupID = groupID
                    $0.topics = topics
                }
            ]
            $0.requireStable = requiresStable
        }
        access.send(
            request, to: coordinator, RequestOptions(clientID: clientID, deadline: end), check: { $0.groupError }
        ) { result in
            switch result {
            case .failure(let failure): done(.failure(failure.error))
            case .success(let answer) where answer.body.groupError != .none:
                done(.failure(ClientError(answer.body.groupError, context: "offsets of group \(groupID)")))
            case .success(let answer):
                let wait = access.random.backoff(
                    base: access.settings.retryBackoffMilliseconds,
                    limit: access.settings.retryBackoffMaximumMilliseconds, attempt: attempt)
                let time = access.now.monotonic + wait
                guard answer.body.isUnstable, time < end else { return done(.success(found(answer.body, places))) }
                // A transaction is about to change an offset; it ends by itself.
                access.schedule(at: time) {
                    fetch(places, until: end, requiresStable, attempt: attempt + 1, then: done)
                }
            }
        }
    }

    private func found(_ answer: OffsetFetchResponse, _ places: [TopicPartition]?) -> Found {
        var found: Found = [:]
        for topic in answer.groupTopics {
            for partition in topic.partitions {
                let place = TopicPartition(topic: topic.name, partition: partition.partitionIndex)
                if partition.errorCode != .none {
                    found[place] = .failure(
                        ClientError(partition.errorCode, context: "offset of group \(groupID) in \(place)"))
                } else if partition.committedOffset >= 0 {
                    found[place] = .success(
                        CommittedOffset(
                            offset: partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch,
                            metadata: partition.metadata ?? ""))
                } else {
                    found[place] = .success(nil)
                }
            }
        }
        for place in places ?? [] where found[place] == nil { found[place] = .success(nil) }
        return found
    }

    /// Commits, as a member of the group or as nobody.
    ///
    /// - Parameter done: called once, with what was refused; empty if all went well.
    func commit(
        _ offsets: [TopicPartition: CommittedOffset], as member: ConsumerGroupMetadata, until deadline: Int64?,
        then done: @escaping (Result<[TopicPartition: ClientError], ClientError>) -> Void
    ) {
        let end = deadline ?? access.now.monotonic + access.settings.apiTimeoutMilliseconds
        let request = OffsetCommitRequest {
            $0.groupID = groupID
            $0.generationIDOrMemberEpoch = member.generation
            $0.memberID = member.memberID
            // One that is no member has no instance id to be fenced by.
            $0.groupInstanceID = member.memberID.isEmpty ? nil : member.instanceID
            $0.topics = offsets.keys.byTopic.mapPartitions { topic, number in
                let offset = offsets[TopicPartition(topic: topic, partition: number)]
                return .init {
                    $0.partitionIndex = number
                    $0.committedOffset = offset?.offset ?? -1
                    $0.committedLeaderEpoch = offset?.leaderEpoch ?? -1
                    $0.committedMetadata = offset?.metadata ?? ""
                }
            }
        }
        access.send(
            request, to: coordinator, RequestOptions(clientID: clientID, deadline: end), check: { $0.firstError }
        ) { result in
            switch result {
            case .failure(let failure): done(.failure(failure.error))
            case .success(let answer):
                var refused: [TopicPartition: ClientError] = [:]
                for topic in answer.body.topics {
                    for partition in topic.partitions where partition.errorCode != .none {
                        let place = TopicPartition(topic: topic.name, partition: partition.partitionIndex)
                        refused[place] = ClientError(
                            partition.errorCode, context: "commit of group \(groupID) in \(place)")
                    }
                }
                done(.success(refused))
            }
        }
    }
}

extension OffsetFetchResponse {
    /// Before version 8 there is one group and it stands outside.
    fileprivate var groupError: ErrorCode { groups.first?.errorCode ?? errorCode }
    fileprivate var isUnstable: Bool {
        groupTopics.contains { $0.partitions.contains { $0.errorCode == .unstableOffsetCommit } }
    }
    fileprivate var groupTopics: [TopicPartitions<Partition>] { groups.first?.topics ?? topics }
}

extension OffsetCommitResponse {
    /// What concerns the group is said of each partition.
    fileprivate var firstError: ErrorCode {
        topics.lazy.flatMap(\.partitions).map(\.errorCode).first { $0 != .none } ?? .none
    }
}
