import KafkaProtocol

@testable import KafkaClient

/// What the transaction coordinators of a ``SimulatedCluster`` know.
struct SimulatedTransactions {
    struct State {
        var producerID: Int64
        var epoch: Int16
        /// Of the last user: its repeated request gets the same answer (KIP-360).
        var lastEpoch: Int16 = -1
        var partitions: Set<KafkaClient.TopicPartition> = []
        var groups: Set<String> = []
        var isOngoing = false
        /// Offsets of groups that wait for the end.
        var pending: [String: [KafkaClient.TopicPartition: Int64]] = [:]
        /// How the last one ended: the same end is answered again.
        var lastEnd: Bool?

        mutating func begin() {
            isOngoing = true
            lastEnd = nil
        }
    }

    var byID: [String: State] = [:]
    /// Committed offsets by group.
    var offsets: [String: [KafkaClient.TopicPartition: Int64]] = [:]

    func isIn(_ id: String, _ topic: String, _ partition: Int32) -> Bool {
        byID[id]?.partitions.contains(.init(topic: topic, partition: partition)) ?? false
    }
}

extension SimulatedCluster {
    func initProducer(
        _ request: InitProducerIDRequest, _ broker: SimulatedBroker, _ error: ErrorCode?
    ) -> InitProducerIDResponse {
        func refuse(_ code: ErrorCode) -> InitProducerIDResponse { InitProducerIDResponse { $0.errorCode = code } }
        if let error { return refuse(error) }
        guard let id = request.transactionalID else {
            nextProducerID += 1
            return InitProducerIDResponse { ($0.producerID, $0.producerEpoch) = (nextProducerID, 0) }
        }
        guard coordinatorError(id, broker) == .none else { return refuse(.notCoordinator) }
        guard let state = transactions.byID[id] else {
            nextProducerID += 1
            transactions.byID[id] = .init(producerID: nextProducerID, epoch: 0)
            return InitProducerIDResponse { ($0.producerID, $0.producerEpoch) = (nextProducerID, 0) }
        }
        if request.producerID == state.producerID, request.producerEpoch == state.lastEpoch {
            return InitProducerIDResponse { ($0.producerID, $0.producerEpoch) = (state.producerID, state.epoch) }
        }
        let isOwn = request.producerID == state.producerID && request.producerEpoch == state.epoch
        guard request.producerID == -1 || isOwn else { return refuse(.producerFenced) }
        transactions.byID[id]!.lastEpoch = isOwn ? state.epoch : -1
        transactions.byID[id]!.epoch += 1
        if state.isOngoing { end(id, commit: false) }
        transactions.byID[id]!.lastEnd = nil
        let now = transactions.byID[id]!
        return InitProducerIDResponse { ($0.producerID, $0.producerEpoch) = (now.producerID, now.epoch) }
    }

    private func check(_ id: String, _ producer: Int64, _ epoch: Int16, _ broker: SimulatedBroker) -> ErrorCode {
        guard coordinatorError(id, broker) == .none else { return .notCoordinator }
        guard let state = transactions.byID[id], state.producerID == producer else { return .invalidProducerIDMapping }
        return state.epoch == epoch ? .none : .producerFenced
    }

    func addPartitions(
        _ request: AddPartitionsToTxnRequest, _ broker: SimulatedBroker, _ error: ErrorCode?
    ) -> AddPartitionsToTxnResponse {
        let id = request.transactionalID
        let code = error ?? check(id, request.producerID, request.producerEpoch, broker)
        if code == .none {
            transactions.byID[id]!.begin()
            for topic in request.topics {
                for partition in topic.partitions {
                    transactions.byID[id]!.partitions.insert(.init(topic: topic.name, partition: partition))
                }
            }
        }
        return AddPartitionsToTxnResponse {
            $0.topics = request.topics.mapPartitions { _, index in .init(partitionIndex: index, errorCode: code) }
        }
    }

    func addOffsets(
        _ request: AddOffsetsToTxnRequest, _ broker: SimulatedBroker, _ error: ErrorCode?
    ) -> AddOffsetsToTxnResponse {
        let code = error ?? check(request.transactionalID, request.producerID, request.producerEpoch, broker)
        if code == .none {
            transactions.byID[request.transactionalID]!.begin()
            transactions.byID[request.transactionalID]!.groups.insert(request.groupID)
        }
        return AddOffsetsToTxnResponse { $0.errorCode = code }
    }

    func commitOffsets(
        _ request: TxnOffsetCommitRequest, _ version: Int16, _ broker: SimulatedBroker, _ error: ErrorCode?
    ) -> TxnOffsetCommitResponse {
        var code = error ?? coordinatorError(request.groupID, broker)
        let state = transactions.byID[request.transactionalID]
        if code == .none, state?.producerID != request.producerID || state?.epoch != request.producerEpoch {
            code = .invalidProducerEpoch
        }
        if code == .none, version >= 5 {
            if !ownEpochs { code = .unsupportedVersion }
            transactions.byID[request.transactionalID]!.begin()
            transactions.byID[request.transactionalID]!.groups.insert(request.groupID)
        } else if code == .none, state?.groups.contains(request.groupID) != true {
            code = .invalidTxnState
        }
        if code == .none {
            for topic in request.topics {
                for partition in topic.partitions {
                    transactions.byID[request.transactionalID]!.pending[request.groupID, default: [:]][
                        .init(topic: topic.name, partition: partition.partitionIndex)] = partition.committedOffset
                }
            }
        }
        return TxnOffsetCommitResponse {
            $0.topics = request.topics.mapPartitions { _, part in
                .init(partitionIndex: part.partitionIndex, errorCode: code)
            }
        }
    }

    func endTransaction(
        _ request: EndTxnRequest, _ version: Int16, _ broker: SimulatedBroker, _ error: ErrorCode?
    ) -> EndTxnResponse {
        let id = request.transactionalID
        if version >= 5 { return endWithEpoch(request, broker, error) }
        var code = error ?? check(id, request.producerID, request.producerEpoch, broker)
        if code == .none {
            let state = transactions.byID[id]!
            if state.isOngoing {
                end(id, commit: request.committed)
            } else if state.lastEnd != request.committed {
                code = .invalidTxnState
            }
        }
        return EndTxnResponse { $0.errorCode = code }
    }

    /// The producer goes on in the next epoch. A repeated request has the same answer.
    private func endWithEpoch(_ request: EndTxnRequest, _ broker: SimulatedBroker, _ error: ErrorCode?)
        -> EndTxnResponse
    {
        let id = request.transactionalID
        func answer(_ code: ErrorCode) -> EndTxnResponse {
            EndTxnResponse {
                $0.errorCode = code
                guard code == .none, let state = transactions.byID[id] else { return }
                ($0.producerID, $0.producerEpoch) = (state.producerID, state.epoch)
            }
        }
        guard ownEpochs else { return answer(.unsupportedVersion) }
        if let error { return answer(error) }
        guard coordinatorError(id, broker) == .none else { return answer(.notCoordinator) }
        if let state = transactions.byID[id], state.producerID == request.producerID,
            state.lastEpoch == request.producerEpoch, let last = state.lastEnd
        {
            return answer(last == request.committed ? .none : .invalidTxnState)
        }
        let code = check(id, request.producerID, request.producerEpoch, broker)
        guard code == .none else { return answer(code) }
        guard transactions.byID[id]!.isOngoing || !request.committed else { return answer(.invalidTxnState) }
        transactions.byID[id]!.lastEpoch = request.producerEpoch
        transactions.byID[id]!.epoch += 1
        end(id, commit: request.committed)
        return answer(.none)
    }

    /// Writes the markers, so to speak.
    private func end(_ id: String, commit: Bool) {
        guard var state = transactions.byID[id] else { return }
        for place in state.partitions.sorted() {
            let index = Int(place.partition)
            guard var partition = topics[place.topic]?.partitions[index] else { continue }
            for position in partition.log.indices
            where partition.log[position].batch.header.producerID == state.producerID
                && partition.log[position].batch.header.attributes.isTransactional
                && partition.log[position].isCommitted == nil
            {
                partition.log[position].isCommitted = commit
            }
            // The marker carries the epoch, and shuts out what older ones still have under way.
            if partition.producers[state.producerID]?.epoch ?? -1 < state.epoch {
                partition.producers[state.producerID] = .init(epoch: state.epoch)
            }
            topics[place.topic]?.partitions[index] = partition
        }
        if commit {
            for (group, offsets) in state.pending {
                transactions.offsets[group, default: [:]].merge(offsets) { $1 }
            }
        }
        state.partitions = []
        state.groups = []
        state.pending = [:]
        state.isOngoing = false
        state.lastEnd = commit
        transactions.byID[id] = state
    }
}
