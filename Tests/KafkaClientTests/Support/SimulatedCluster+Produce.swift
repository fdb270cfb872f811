import KafkaProtocol
import NIOCore

@testable import KafkaClient

extension SimulatedCluster {
    /// With an error that is put in, the batches are not written.
    func produce(
        _ request: ProduceRequest, _ version: Int16, _ broker: SimulatedBroker, _ error: ErrorCode?
    ) -> ProduceResponse {
        ProduceResponse {
            $0.throttleTimeMilliseconds = broker.throttle
            $0.topics = request.topics.mapPartitions { name, partition in
                let (code, offset) = error.map { ($0, -1) } ?? append(partition, of: name, request, version, broker)
                return .init {
                    $0.index = partition.index
                    $0.errorCode = code
                    $0.baseOffset = offset
                }
            }
        }
    }

    private func append(
        _ partition: ProduceRequest.Partition, of name: String, _ request: ProduceRequest, _ version: Int16,
        _ broker: SimulatedBroker
    ) -> (ErrorCode, Int64) {
        let index = Int(partition.index)
        guard let topic = topics[name], topic.partitions.indices.contains(index) else {
            return (.unknownTopicOrPartition, -1)
        }
        guard topic.partitions[index].leader == broker.id else { return (.notLeaderOrFollower, -1) }
        if let id = request.transactionalID {
            if version >= 12 {
                let code = join(id, partition, of: name)
                guard code == .none else { return (code, -1) }
            }
            guard transactions.isIn(id, name, partition.index) else { return (.invalidTxnState, -1) }
        }
        let (code, offset) = topics[name]!.partitions[index].append(partition.records ?? ByteBuffer())
        return (code, offset)
    }

    /// The batch makes its partition part of the transaction, if it is of the producer's present epoch.
    private func join(_ id: String, _ partition: ProduceRequest.Partition, of topic: String) -> ErrorCode {
        guard ownEpochs else { return .unsupportedVersion }
        guard let batch = partition.records, let state = transactions.byID[id],
            batch.getInteger(at: batch.readerIndex + 43, as: Int64.self) == state.producerID
        else { return .invalidProducerIDMapping }
        guard batch.getInteger(at: batch.readerIndex + 51, as: Int16.self) == state.epoch else {
            return .invalidProducerEpoch
        }
        transactions.byID[id]!.begin()
        transactions.byID[id]!.partitions.insert(.init(topic: topic, partition: partition.index))
        return .none
    }

    /// Another broker leads the partition from now on.
    func moveLeader(_ topic: String, _ partition: Int, to broker: Int32) {
        topics[topic]?.partitions[partition].leader = broker
        topics[topic]?.partitions[partition].epoch += 1
    }
}
