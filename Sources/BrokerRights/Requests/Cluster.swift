import KafkaProtocol

// What there is: topics that may be described, and the address of the listener that was asked.

extension MetadataRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        var rest = self
        var refused: [MetadataResponse.Topic] = []
        if let topics {
            let parts = gate.split(topics, .describe) { $0.topicID == .none ? $0.name : gate.topicName($0.topicID) }
            // A topic would be made that this principal may not make.
            let missing = parts.allowed.filter { topic in
                guard allowAutoTopicCreation, topic.topicID == .none, let name = topic.name else { return false }
                return !gate.hasTopic(name) && !gate.allows(.create, topic: name)
            }
            rest.topics = parts.allowed.filter { !missing.contains($0) }
            refused = (parts.denied + missing).map { topic in
                .init {
                    $0.errorCode = .topicAuthorizationFailed
                    // Who asks by id does not learn the name.
                    $0.name = topic.topicID == .none ? topic.name : ""
                    $0.topicID = topic.topicID
                }
            }
        }
        let (showsCluster, showsTopics) = (includeClusterAuthorizedOperations, includeTopicAuthorizedOperations)
        return .serve(rest) { response in
            response.topics.removeAll { !gate.allows(.describe, topic: $0.name ?? "") && $0.errorCode == .none }
            for index in response.brokers.indices {
                response.brokers[index].host = gate.host
                response.brokers[index].port = gate.port
            }
            if showsCluster { response.clusterAuthorizedOperations = gate.operations(.cluster) }
            if showsTopics {
                for index in response.topics.indices where response.topics[index].errorCode == .none {
                    let name = response.topics[index].name ?? ""
                    response.topics[index].topicAuthorizedOperations = gate.operations(.topic(name))
                }
            }
            response.topics += refused
        }
    }
}

extension DescribeClusterRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let showsOperations = includeClusterAuthorizedOperations
        return .serve(self) { response in
            for index in response.brokers.indices {
                response.brokers[index].host = gate.host
                response.brokers[index].port = gate.port
            }
            if showsOperations { response.clusterAuthorizedOperations = gate.operations(.cluster) }
        }
    }
}

extension FindCoordinatorRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let isTransaction = keyType == 1
        let code = isTransaction ? ErrorCode.transactionalIDAuthorizationFailed : .groupAuthorizationFailed
        func allows(_ key: String) -> Bool {
            gate.allows(.describe, isTransaction ? .transactionalID(key) : .group(key))
        }
        // One key up to version 3, several from version 4 on.
        if coordinatorKeys.isEmpty, !allows(key) {
            return .refuse(
                .init {
                    $0.errorCode = code
                    $0.nodeID = -1
                    $0.port = -1
                })
        }
        let refused = coordinatorKeys.filter { !allows($0) }.map { key in
            FindCoordinatorResponse.Coordinator {
                $0.key = key
                $0.nodeID = -1
                $0.port = -1
                $0.errorCode = code
            }
        }
        var rest = self
        rest.coordinatorKeys = coordinatorKeys.filter(allows)
        return .serve(rest) { response in
            if response.nodeID >= 0, !response.host.isEmpty { (response.host, response.port) = (gate.host, gate.port) }
            for index in response.coordinators.indices where response.coordinators[index].nodeID >= 0 {
                response.coordinators[index].host = gate.host
                response.coordinators[index].port = gate.port
            }
            response.coordinators += refused
        }
    }
}

extension DescribeLogDirsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        guard gate.allows(.describe, .cluster) else {
            return .refuse(.init { $0.errorCode = .clusterAuthorizationFailed })
        }
        return .serve(self)
    }
}

extension DescribeACLsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> { .serve(self) }
}

// What everybody may send: it comes before, or belongs to, the login.

extension ApiVersionsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> { .serve(self) }
}

extension SaslHandshakeRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> { .serve(self) }
}

extension SaslAuthenticateRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> { .serve(self) }
}
