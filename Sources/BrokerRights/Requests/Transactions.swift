import KafkaProtocol

// Producer ids and transactions.

extension InitProducerIDRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        if let transactionalID {
            guard gate.allows(.write, .transactionalID(transactionalID)) else {
                return .refuse(.init { $0.errorCode = .transactionalIDAuthorizationFailed })
            }
        } else if !gate.allows(.idempotentWrite, .cluster) {
            return .refuse(.init { $0.errorCode = .clusterAuthorizationFailed })
        }
        return .serve(self)
    }
}

extension AddPartitionsToTxnRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        guard gate.allows(.write, .transactionalID(transactionalID)) else {
            return .refuse(.init { $0.topics = results(topics, .transactionalIDAuthorizationFailed) })
        }
        let parts = gate.split(topics, .write)
        guard !parts.denied.isEmpty else { return .serve(self) }
        // All or nothing: the others are not tried.
        return .refuse(
            .init {
                $0.topics =
                    results(parts.denied, .topicAuthorizationFailed) + results(parts.allowed, .operationNotAttempted)
            })
    }

    private func results(_ topics: [TopicPartitions<Int32>], _ code: ErrorCode) -> [TopicPartitions<PartitionResult>] {
        topics.map { topic in topic.each { PartitionResult(partitionIndex: $0, errorCode: code) } }
    }
}

extension AddOffsetsToTxnRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        guard gate.allows(.write, .transactionalID(transactionalID)) else {
            return .refuse(.init { $0.errorCode = .transactionalIDAuthorizationFailed })
        }
        guard gate.allows(.read, .group(groupID)) else {
            return .refuse(.init { $0.errorCode = .groupAuthorizationFailed })
        }
        return .serve(self)
    }
}

extension EndTxnRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        guard gate.allows(.write, .transactionalID(transactionalID)) else {
            return .refuse(.init { $0.errorCode = .transactionalIDAuthorizationFailed })
        }
        return .serve(self)
    }
}

extension TxnOffsetCommitRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        func results(_ topics: [TopicPartitions<CommittedPartition<Self>>], _ code: ErrorCode) -> [TopicPartitions<
            PartitionResult
        >] {
            topics.map { topic in topic.each { .init(partitionIndex: $0.partitionIndex, errorCode: code) } }
        }
        guard gate.allows(.write, .transactionalID(transactionalID)) else {
            return .refuse(.init { $0.topics = results(topics, .transactionalIDAuthorizationFailed) })
        }
        guard gate.allows(.read, .group(groupID)) else {
            return .refuse(.init { $0.topics = results(topics, .groupAuthorizationFailed) })
        }
        let parts = gate.split(topics, .read)
        let refused = results(parts.denied, .topicAuthorizationFailed)
        guard !parts.allowed.isEmpty || refused.isEmpty else { return .refuse(.init { $0.topics = refused }) }
        var rest = self
        rest.topics = parts.allowed
        return .serve(rest) { $0.topics += refused }
    }
}

extension WriteTxnMarkersRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        guard !gate.allows(.clusterAction, .cluster) else { return .serve(self) }
        return .refuse(
            .init {
                $0.markers = markers.map { marker in
                    .init {
                        $0.producerID = marker.producerID
                        $0.topics = marker.topics.map { topic in
                            topic.each { PartitionResult(partitionIndex: $0, errorCode: .clusterAuthorizationFailed) }
                        }
                    }
                }
            })
    }
}

extension DescribeTransactionsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        func allows(_ id: String) -> Bool { gate.allows(.describe, .transactionalID(id)) }
        let refused = transactionalIDs.filter { !allows($0) }.map { id in
            DescribeTransactionsResult {
                $0.transactionalID = id
                $0.errorCode = .transactionalIDAuthorizationFailed
            }
        }
        var rest = self
        rest.transactionalIDs = transactionalIDs.filter(allows)
        return .serve(rest) { response in
            for index in response.results.indices {
                response.results[index].topics.removeAll { !gate.allows(.describe, topic: $0.name) }
            }
            response.results += refused
        }
    }
}

extension ListTransactionsRequest: AuthorizedRequest {
    package func admitted(_ gate: AccessGate) -> Admission<Self> {
        .serve(self) { response in
            response.transactionStates.removeAll { !gate.allows(.describe, .transactionalID($0.transactionalID)) }
        }
    }
}
