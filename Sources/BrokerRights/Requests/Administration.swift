import KafkaProtocol

// Making, changing and deleting topics.

extension CreateTopicsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let parts = gate.split(topics, .create) { $0.name }
        let refused = parts.denied.map { topic in
            CreateTopicsResult {
                $0.name = topic.name
                $0.errorCode = .topicAuthorizationFailed
                $0.errorMessage = "the user may not make the topic \(topic.name)"
            }
        }
        guard !parts.allowed.isEmpty || refused.isEmpty else { return .refuse(.init { $0.results = refused }) }
        var rest = self
        rest.topics = parts.allowed
        return .serve(rest) { $0.results += refused }
    }
}

extension DeleteTopicsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let parts = gate.split(topics, .delete) { $0.name ?? gate.topicName($0.topicID) }
        var refused = parts.denied.map { topic in
            DeleteTopicsResult {
                $0.name = topic.name
                $0.topicID = topic.topicID
                $0.errorCode = .topicAuthorizationFailed
            }
        }
        // Up to version 5.
        let names = gate.split(topicNames, .delete) { $0 }
        refused += names.denied.map { name in
            .init {
                $0.name = name
                $0.errorCode = .topicAuthorizationFailed
            }
        }
        var rest = self
        rest.topics = parts.allowed
        rest.topicNames = names.allowed
        guard !rest.topics.isEmpty || !rest.topicNames.isEmpty || refused.isEmpty else {
            return .refuse(.init { $0.results = refused })
        }
        return .serve(rest) { $0.results += refused }
    }
}

extension CreatePartitionsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let parts = gate.split(topics, .alter) { $0.name }
        let refused = parts.denied.map { topic in
            CreatePartitionsResponse.Result {
                $0.name = topic.name
                $0.errorCode = .topicAuthorizationFailed
            }
        }
        guard !parts.allowed.isEmpty || refused.isEmpty else { return .refuse(.init { $0.results = refused }) }
        var rest = self
        rest.topics = parts.allowed
        return .serve(rest) { $0.results += refused }
    }
}

/// Kafka's number for topics among the resources that have settings; the others belong to the broker.
private let topicResource: Int8 = 2

extension AccessGate {
    fileprivate func refusal(_ operation: Operation, _ type: Int8, _ name: String) -> ErrorCode? {
        guard type == topicResource else { return allows(operation, .cluster) ? nil : .clusterAuthorizationFailed }
        return allows(operation, topic: name) ? nil : .topicAuthorizationFailed
    }

    fileprivate func refusals<Config>(_ resources: [AlteredResource<Config>]) -> [AlterConfigsResult] {
        resources.compactMap { resource in
            refusal(.alterConfigs, resource.resourceType, resource.resourceName).map { code in
                AlterConfigsResult {
                    $0.errorCode = code
                    $0.resourceType = resource.resourceType
                    $0.resourceName = resource.resourceName
                }
            }
        }
    }
}

extension DescribeConfigsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        var rest = self
        rest.resources = []
        var refused: [DescribeConfigsResponse.Result] = []
        for resource in resources {
            guard let code = gate.refusal(.describeConfigs, resource.resourceType, resource.resourceName) else {
                rest.resources.append(resource)
                continue
            }
            refused.append(
                .init {
                    $0.errorCode = code
                    $0.resourceType = resource.resourceType
                    $0.resourceName = resource.resourceName
                })
        }
        guard !rest.resources.isEmpty || refused.isEmpty else { return .refuse(.init { $0.results = refused }) }
        return .serve(rest) { $0.results += refused }
    }
}

extension AlterConfigsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let refused = gate.refusals(resources)
        guard !refused.isEmpty else { return .serve(self) }
        var rest = self
        rest.resources.removeAll { gate.refusal(.alterConfigs, $0.resourceType, $0.resourceName) != nil }
        guard !rest.resources.isEmpty else { return .refuse(.init { $0.results = refused }) }
        return .serve(rest) { $0.results += refused }
    }
}

extension IncrementalAlterConfigsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let refused = gate.refusals(resources)
        guard !refused.isEmpty else { return .serve(self) }
        var rest = self
        rest.resources.removeAll { gate.refusal(.alterConfigs, $0.resourceType, $0.resourceName) != nil }
        guard !rest.resources.isEmpty else { return .refuse(.init { $0.results = refused }) }
        return .serve(rest) { $0.results += refused }
    }
}
