import KafkaProtocol

/// Metadata, cluster, coordinators: one node is everything.
extension Broker {
    /// What "authorized operations" says when everything is allowed, by the numbers of Kafka's operations. Topics: read
    /// (3), write, create, delete, alter, describe (8), describe configs (10), alter configs. The cluster: create (5),
    /// alter (7), describe, cluster action, describe configs, alter configs, idempotent write (12).
    static let allTopicOperations: Int32 = 0b0_1101_1111_1000
    static let allClusterOperations: Int32 = 0b1_1111_1010_0000

    func describeMetadata(_ context: RequestContext, _ request: MetadataRequest) {
        var response = MetadataResponse()
        response.brokers = [
            .init {
                $0.nodeID = settings.nodeID
                $0.host = settings.advertisedHost
                $0.port = settings.advertisedPort
            }
        ]
        response.clusterID = metadata.clusterID
        response.controllerID = settings.nodeID
        if request.includeClusterAuthorizedOperations {
            response.clusterAuthorizedOperations = Self.allClusterOperations
        }
        if let wanted = request.topics {
            for topic in wanted { response.topics.append(describe(topic, request)) }
        } else {
            response.topics = topics.keys.sorted().map { describe($0, request) }
        }
        // A topic made just now may be shown only once it is certain to stay.
        respondWhenDurable(context, response)
    }

    private func describe(_ topic: MetadataRequest.Topic, _ request: MetadataRequest) -> MetadataResponse.Topic {
        guard topic.topicID != .none else { return describe(topic.name ?? "", request) }
        guard let name = topicName(topic.topicID) else {
            return .init {
                $0.errorCode = .unknownTopicID
                $0.topicID = topic.topicID
            }
        }
        return describe(name, request)
    }

    private func describe(_ name: String, _ request: MetadataRequest) -> MetadataResponse.Topic {
        var answer = MetadataResponse.Topic { $0.name = name }
        if topics[name] == nil {
            answer.errorCode = TopicName.problem(with: name) == nil ? .unknownTopicOrPartition : .invalidTopicException
            if request.allowAutoTopicCreation { answer.errorCode = autoCreate(name) }
        }
        guard let state = topics[name] else { return answer }
        answer.topicID = topicID(state)
        answer.isInternal = state.isInternal
        answer.partitions = state.partitions.map { log in
            .init {
                $0.errorCode = .none
                $0.partitionIndex = log.partition
                $0.leaderID = settings.nodeID
                $0.leaderEpoch = 0
                $0.replicaNodes = [settings.nodeID]
                $0.isrNodes = [settings.nodeID]
            }
        }
        if request.includeTopicAuthorizedOperations { answer.topicAuthorizedOperations = Self.allTopicOperations }
        return answer
    }

    func describeCluster(_ context: RequestContext, _ request: DescribeClusterRequest) {
        var response = DescribeClusterResponse()
        // 1 means brokers, 2 the controllers of a cluster that has them apart.
        guard request.endpointType == 1 else {
            response.errorCode = request.endpointType == 2 ? .mismatchedEndpointType : .unsupportedEndpointType
            response.errorMessage = "endpoint type \(request.endpointType) was asked for where a broker (1) listens"
            return respond(context, response)
        }
        response.clusterID = metadata.clusterID
        response.controllerID = settings.nodeID
        response.endpointType = request.endpointType
        response.brokers = [
            .init {
                $0.brokerID = settings.nodeID
                $0.host = settings.advertisedHost
                $0.port = settings.advertisedPort
            }
        ]
        if request.includeClusterAuthorizedOperations {
            response.clusterAuthorizedOperations = Self.allClusterOperations
        }
        respond(context, response)
    }

    func findCoordinator(_ context: RequestContext, _ request: FindCoordinatorRequest) {
        var response = FindCoordinatorResponse()
        let isKnownKind = request.keyType == 0 || request.keyType == 1
        let code = isKnownKind ? ErrorCode.none : .invalidRequest
        if context.header.version >= 4 {
            response.coordinators = request.coordinatorKeys.map { key in
                .init {
                    $0.key = key
                    $0.nodeID = isKnownKind ? settings.nodeID : -1
                    $0.host = isKnownKind ? settings.advertisedHost : ""
                    $0.port = isKnownKind ? settings.advertisedPort : -1
                    $0.errorCode = code
                }
            }
        } else {
            response.errorCode = code
            response.nodeID = isKnownKind ? settings.nodeID : -1
            response.host = isKnownKind ? settings.advertisedHost : ""
            response.port = isKnownKind ? settings.advertisedPort : -1
        }
        respond(context, response)
    }

    /// Why a client is refused that knows the leader by this epoch (-1: it does not say): here it is always 0.
    static func check(leaderEpoch: Int32) -> ErrorCode? { leaderEpoch > 0 ? .unknownLeaderEpoch : nil }

    /// There is only ever one leader epoch, 0: it ends at the log's end.
    func offsetForLeaderEpoch(_ context: RequestContext, _ request: OffsetForLeaderEpochRequest) {
        var response = OffsetForLeaderEpochResponse()
        response.topics = request.topics.mapPartitions { topic, wanted in
            .init {
                $0.partition = wanted.partition
                guard let log = partition(topic, wanted.partition) else {
                    return $0.errorCode = .unknownTopicOrPartition
                }
                if let code = Self.check(leaderEpoch: wanted.currentLeaderEpoch) {
                    $0.errorCode = code
                } else if wanted.leaderEpoch == 0 {
                    $0.leaderEpoch = 0
                    $0.endOffset = log.highWatermark
                }
            }
        }
        respond(context, response)
    }
}
