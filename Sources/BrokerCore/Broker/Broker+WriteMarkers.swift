import KafkaProtocol
import KafkaRecords

/// Ending a transaction that hangs in a partition, as an administrator asks (`kafka-transactions.sh abort`).
///
/// A transaction hangs where its producer's id is known to no transactional id any more, so that neither a producer nor
/// a timeout ends it; read-committed readers do not get past it. Of a transaction that is alive only the part in these
/// partitions ends.
extension Broker {
    func writeTxnMarkers(_ context: RequestContext, _ request: WriteTxnMarkersRequest) {
        var response = WriteTxnMarkersResponse()
        for marker in request.markers {
            var answer = WriteTxnMarkersResponse.Marker { $0.producerID = marker.producerID }
            answer.topics = marker.topics.mapPartitions { topic, index in
                .init(partitionIndex: index, errorCode: end(marker, in: partition(topic, index)))
            }
            response.markers.append(answer)
        }
        respondWhenDurable(context, response)
    }

    private func end(_ marker: WriteTxnMarkersRequest.Marker, in log: PartitionLog?) -> ErrorCode {
        guard let log else { return .unknownTopicOrPartition }
        guard log.damage == nil else { return .kafkaStorageError }
        guard marker.producerID >= 0, marker.producerEpoch >= 0 else { return .invalidRequest }
        guard let entry = log.producers.entries[marker.producerID] else { return .none }
        guard marker.producerEpoch >= entry.epoch else { return .invalidProducerEpoch }
        // There is nothing to end; a marker without a transaction would mean nothing to anyone.
        guard entry.transactionFirstOffset >= 0 else { return .none }
        let outcome = marker.transactionResult ? TransactionMarker.commit : .abort
        appendMarker(outcome, .init(id: marker.producerID, epoch: marker.producerEpoch), to: log)
        note(
            .notice,
            "an administrator ended the transaction of producer \(marker.producerID) in \(log): \(outcome)"
        )
        if log.id == InternalLog.offsets.rawValue {
            whenDurable(.endGroups(producerID: marker.producerID, commit: marker.transactionResult))
        }
        return .none
    }
}
