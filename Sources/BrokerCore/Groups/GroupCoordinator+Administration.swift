import KafkaProtocol
import NIOCore

/// Looking at groups and their offsets, and deleting them.
extension GroupCoordinator {
    mutating func offsetFetch(_ request: OffsetFetchRequest, _ context: RequestContext) -> [GroupAction] {
        let version = context.header.version
        guard version < 8 else {
            let results = request.groups.map { fetch($0.groupID, $0.topics, request.requireStable) }
            return reply(context, OffsetFetchResponse { $0.groups = results })
        }
        let result = fetch(request.groupID, request.topics, request.requireStable)
        return reply(
            context,
            OffsetFetchResponse {
                $0.topics = result.topics
                $0.errorCode = result.errorCode
            })
    }

    private func fetch(
        _ id: String, _ topics: [TopicPartitions<Int32>]?, _ requireStable: Bool
    ) -> OffsetFetchResponse.Group {
        let group = groups[id]
        var known = Set(group?.offsets.committed.keys.map { $0 } ?? [])
        if topics == nil, requireStable {
            for pending in group?.offsets.pending.values.map(\.keys) ?? [] { known.formUnion(pending) }
        }
        return .init {
            $0.groupID = id
            $0.topics = (topics ?? TopicPartition.byTopic(known)).mapPartitions { topic, index in
                let partition = TopicPartition(topic: topic, partition: index)
                return group?.fetchOffset(partition, requireStable: requireStable) ?? ConsumerGroup.noOffset(partition)
            }
        }
    }

    mutating func describeGroups(_ request: DescribeGroupsRequest, _ context: RequestContext) -> [GroupAction] {
        let described = request.groups.map { id in
            var group =
                groups[id]?.described
                ?? DescribeGroupsResult {
                    $0.groupID = id
                    $0.groupState = "Dead"
                }
            if request.includeAuthorizedOperations { group.authorizedOperations = ConsumerGroup.allOperations }
            return group
        }
        return reply(context, DescribeGroupsResponse { $0.results = described })
    }

    mutating func listGroups(_ request: ListGroupsRequest, _ context: RequestContext) -> [GroupAction] {
        let states = Set(request.statesFilter.map { $0.lowercased() })
        let types = Set(request.typesFilter.map { $0.lowercased() })
        var listed: [ListGroupsResponse.Group] = []
        if types.isEmpty || types.contains("classic") {
            for group in groups.values.sorted(by: { $0.id < $1.id })
            where states.isEmpty || states.contains(group.state.name.lowercased()) {
                listed.append(
                    .init {
                        $0.groupID = group.id
                        $0.protocolType = group.protocolType ?? ""
                        $0.groupState = group.state.name
                        $0.groupType = "classic"
                    })
            }
        }
        return reply(context, ListGroupsResponse { $0.groups = listed })
    }

    mutating func deleteGroups(_ request: DeleteGroupsRequest, _ context: RequestContext) -> [GroupAction] {
        var records: [InternalRecord] = []
        let results = request.groupsNames.map { id in
            DeleteGroupsResponse.Result {
                $0.groupID = id
                $0.errorCode = delete(id, &records)
            }
        }
        return persist(records, thenReply: context, DeleteGroupsResponse { $0.results = results })
    }

    private mutating func delete(_ id: String, _ records: inout [InternalRecord]) -> ErrorCode {
        guard let group = groups[id] else { return .groupIDNotFound }
        // A commit on its way to the disk would come back after a restart.
        guard group.state == .empty, group.offsets.inFlight.isEmpty else { return .nonEmptyGroup }
        records += update(id) { group, _ in group.removeOffsets { _ in true } } ?? []
        records.append(GroupRecord.groupTombstone(id))
        remove(id)
        return .none
    }

    mutating func offsetDelete(_ request: OffsetDeleteRequest, _ context: RequestContext) -> [GroupAction] {
        guard let group = groups[request.groupID] else {
            return reply(context, OffsetDeleteResponse { $0.errorCode = .groupIDNotFound })
        }
        guard group.state == .empty || group.protocolType == "consumer" else {
            return reply(context, OffsetDeleteResponse { $0.errorCode = .nonEmptyGroup })
        }
        let subscribed = group.state == .empty ? [] : group.subscribedTopics
        var deleted: Set<TopicPartition> = []
        let topics = request.topics.mapPartitions { topic, index in
            let isSubscribed = subscribed?.contains(topic) ?? true
            if !isSubscribed { deleted.insert(.init(topic: topic, partition: index)) }
            return PartitionResult(
                partitionIndex: index, errorCode: isSubscribed ? .groupSubscribedToTopic : .none)
        }
        let records = update(request.groupID) { group, _ in group.removeOffsets { deleted.contains($0) } }
        return persist(records ?? [], thenReply: context, OffsetDeleteResponse { $0.topics = topics })
    }
}

extension ConsumerGroup {
    /// Read, delete and describe, as bits of Kafka's access operations: nobody is kept from any of them.
    static let allOperations: Int32 = 1 << 3 | 1 << 6 | 1 << 8

    /// Subscriptions and assignments are shown once they belong together.
    fileprivate var described: DescribeGroupsResult {
        let isStable = state == .stable
        return DescribeGroupsResult {
            $0.groupID = id
            $0.groupState = state.name
            $0.protocolType = protocolType ?? ""
            $0.protocolData = isStable ? protocolName ?? "" : ""
            $0.members = members.values.map { member in
                .init {
                    $0.memberID = member.id
                    $0.groupInstanceID = member.instanceID
                    $0.clientID = member.clientID
                    $0.clientHost = member.clientHost
                    $0.memberMetadata = isStable ? member.metadata(for: protocolName) : ByteBuffer()
                    $0.memberAssignment = isStable ? member.assignment : ByteBuffer()
                }
            }
        }
    }
}
