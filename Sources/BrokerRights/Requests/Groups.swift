import KafkaProtocol

// Consumer groups.

extension JoinGroupRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        guard gate.allows(.read, .group(groupID)) else {
            return .refuse(.init { $0.errorCode = .groupAuthorizationFailed })
        }
        return .serve(self)
    }
}

extension SyncGroupRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        guard gate.allows(.read, .group(groupID)) else {
            return .refuse(.init { $0.errorCode = .groupAuthorizationFailed })
        }
        return .serve(self)
    }
}

extension HeartbeatRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        guard gate.allows(.read, .group(groupID)) else {
            return .refuse(.init { $0.errorCode = .groupAuthorizationFailed })
        }
        return .serve(self)
    }
}

extension LeaveGroupRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        guard gate.allows(.read, .group(groupID)) else {
            return .refuse(.init { $0.errorCode = .groupAuthorizationFailed })
        }
        return .serve(self)
    }
}

extension DescribeGroupsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        func allows(_ group: String) -> Bool { gate.allows(.describe, .group(group)) }
        let refused = groups.filter { !allows($0) }.map { group in
            DescribeGroupsResult {
                $0.groupID = group
                $0.errorCode = .groupAuthorizationFailed
            }
        }
        var rest = self
        rest.groups = groups.filter(allows)
        let showsOperations = includeAuthorizedOperations
        return .serve(rest) { response in
            if showsOperations {
                for index in response.results.indices where response.results[index].errorCode == .none {
                    response.results[index].authorizedOperations = gate.operations(
                        .group(response.results[index].groupID))
                }
            }
            response.results += refused
        }
    }
}

extension ListGroupsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        .serve(self) { response in response.groups.removeAll { !gate.allows(.describe, .group($0.groupID)) } }
    }
}

extension DeleteGroupsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        func allows(_ group: String) -> Bool { gate.allows(.delete, .group(group)) }
        let refused = groupsNames.filter { !allows($0) }.map { group in
            DeleteGroupsResponse.Result {
                $0.groupID = group
                $0.errorCode = .groupAuthorizationFailed
            }
        }
        var rest = self
        rest.groupsNames = groupsNames.filter(allows)
        return .serve(rest) { $0.results += refused }
    }
}

extension OffsetDeleteRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        guard gate.allows(.delete, .group(groupID)) else {
            return .refuse(.init { $0.errorCode = .groupAuthorizationFailed })
        }
        let parts = gate.split(topics, .read)
        let refused = parts.denied.map { topic in
            topic.each { PartitionResult(partitionIndex: $0, errorCode: .topicAuthorizationFailed) }
        }
        var rest = self
        rest.topics = parts.allowed
        return .serve(rest) { $0.topics += refused }
    }
}

extension OffsetCommitRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let isMember = gate.allows(.read, .group(groupID))
        let parts = isMember ? gate.split(topics, .read) : (allowed: [], denied: topics)
        let code = isMember ? ErrorCode.topicAuthorizationFailed : .groupAuthorizationFailed
        let refused = parts.denied.map { topic in
            topic.each { PartitionResult(partitionIndex: $0.partitionIndex, errorCode: code) }
        }
        guard isMember, !parts.allowed.isEmpty || refused.isEmpty else { return .refuse(.init { $0.topics = refused }) }
        var rest = self
        rest.topics = parts.allowed
        return .serve(rest) { $0.topics += refused }
    }
}

extension OffsetFetchRequest: AuthorizedRequest {
    private typealias FetchedTopic = TopicPartitions<OffsetFetchResponse.Partition>

    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        var rest = self
        // From version 8 on several groups.
        rest.groups = groups.filter { gate.allows(.describe, .group($0.groupID)) }
        let refusedGroups = groups.filter { !gate.allows(.describe, .group($0.groupID)) }.map { group in
            OffsetFetchResponse.Group {
                $0.groupID = group.groupID
                $0.errorCode = .groupAuthorizationFailed
            }
        }
        if groups.isEmpty, !gate.allows(.describe, .group(groupID)) { return .refuse(refusal) }
        let (own, refusedTopics) = Self.split(topics, gate)
        rest.topics = own
        var refusedByGroup: [String: [FetchedTopic]] = [:]
        for index in rest.groups.indices {
            let (own, refused) = Self.split(rest.groups[index].topics, gate)
            rest.groups[index].topics = own
            refusedByGroup[rest.groups[index].groupID] = refused
        }
        if !groups.isEmpty, rest.groups.isEmpty { return .refuse(.init { $0.groups = refusedGroups }) }
        return .serve(rest) { response in
            response.topics = Self.shown(response.topics, gate) + refusedTopics
            for index in response.groups.indices {
                let more = refusedByGroup[response.groups[index].groupID] ?? []
                response.groups[index].topics = Self.shown(response.groups[index].topics, gate) + more
            }
            response.groups += refusedGroups
        }
    }

    private var refusal: OffsetFetchResponse {
        .init {
            $0.errorCode = .groupAuthorizationFailed
            // Version 1 has no error for the whole.
            $0.topics = (topics ?? []).map { topic in topic.each { Self.refused($0, .groupAuthorizationFailed) } }
        }
    }

    private static func refused(_ partition: Int32, _ code: ErrorCode) -> OffsetFetchResponse.Partition {
        .init {
            $0.partitionIndex = partition
            $0.committedOffset = -1
            $0.metadata = ""
            $0.errorCode = code
        }
    }

    /// Nil asks for all topics: what may not be seen of them is left out of the answer.
    private static func split(_ topics: [TopicPartitions<Int32>]?, _ gate: AccessGate) -> (
        [TopicPartitions<Int32>]?, [FetchedTopic]
    ) {
        guard let topics else { return (nil, []) }
        let parts = gate.split(topics, .describe)
        return (
            parts.allowed, parts.denied.map { topic in topic.each { refused($0, .topicAuthorizationFailed) } }
        )
    }

    private static func shown(_ topics: [FetchedTopic], _ gate: AccessGate) -> [FetchedTopic] {
        topics.filter { gate.allows(.describe, topic: $0.name) }
    }
}
