import KafkaProtocol

// Records: write and read. Offsets of topics: describe.

extension ProduceRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let isForeign = transactionalID.map { !gate.allows(.write, .transactionalID($0)) } ?? false
        let code = isForeign ? ErrorCode.transactionalIDAuthorizationFailed : .topicAuthorizationFailed
        let parts = isForeign ? (allowed: [], denied: topics) : gate.split(topics, .write)
        guard !parts.denied.isEmpty else { return .serve(self) }
        // Without an answer only the end of the connection tells the client (as in Kafka).
        guard acks != 0 else { return .close("it produced without the right to, and wants no answer (acks=0)") }
        let refused = parts.denied.map { topic in
            topic.each { partition in
                ProduceResponse.Partition {
                    $0.index = partition.index
                    $0.errorCode = code
                    $0.baseOffset = -1
                }
            }
        }
        guard !parts.allowed.isEmpty else { return .refuse(.init { $0.topics = refused }) }
        var rest = self
        rest.topics = parts.allowed
        return .serve(rest) { $0.topics += refused }
    }
}

extension FetchRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let parts = gate.split(topics, .read) { $0.topicID == .none ? $0.topic : gate.topicName($0.topicID) }
        guard !parts.denied.isEmpty else { return .serve(self) }
        let refused = parts.denied.map { topic in
            FetchResponse.Topic {
                $0.topic = topic.topic
                $0.topicID = topic.topicID
                $0.partitions = topic.partitions.map { partition in
                    .init {
                        $0.partitionIndex = partition.partition
                        $0.errorCode = .topicAuthorizationFailed
                        $0.highWatermark = -1
                    }
                }
            }
        }
        guard !parts.allowed.isEmpty else { return .refuse(.init { $0.topics = refused }) }
        var rest = self
        rest.topics = parts.allowed
        return .serve(rest) { $0.topics += refused }
    }
}

extension ListOffsetsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let parts = gate.split(topics, .describe)
        let refused = parts.denied.map { topic in
            topic.each { partition in
                ListOffsetsResponse.Partition {
                    $0.partitionIndex = partition.partitionIndex
                    $0.errorCode = .topicAuthorizationFailed
                }
            }
        }
        var rest = self
        rest.topics = parts.allowed
        return .serve(rest) { $0.topics += refused }
    }
}

extension OffsetForLeaderEpochRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let parts = gate.split(topics, .describe)
        let refused = parts.denied.map { topic in
            topic.each { partition in
                OffsetForLeaderEpochResult {
                    $0.partition = partition.partition
                    $0.errorCode = .topicAuthorizationFailed
                }
            }
        }
        var rest = self
        rest.topics = parts.allowed
        return .serve(rest) { $0.topics += refused }
    }
}

extension DeleteRecordsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let parts = gate.split(topics, .delete)
        let refused = parts.denied.map { topic in
            topic.each { partition in
                DeleteRecordsResult {
                    $0.partitionIndex = partition.partitionIndex
                    $0.lowWatermark = -1
                    $0.errorCode = .topicAuthorizationFailed
                }
            }
        }
        var rest = self
        rest.topics = parts.allowed
        return .serve(rest) { $0.topics += refused }
    }
}

extension DescribeProducersRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        let parts = gate.split(topics, .read)
        let refused = parts.denied.map { topic in
            topic.each { partition in
                DescribeProducersResponse.Partition {
                    $0.partitionIndex = partition
                    $0.errorCode = .topicAuthorizationFailed
                }
            }
        }
        var rest = self
        rest.topics = parts.allowed
        return .serve(rest) { $0.topics += refused }
    }
}
