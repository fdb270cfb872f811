import NIOCore

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

/// Requests in one line, performed to their end.
extension CoreHarness {
    func createTopic(_ name: String, partitions: Int32 = 1, configs: [String: String] = [:]) -> ErrorCode? {
        let topic = CreateTopicsRequest.Topic(
            name: name, numPartitions: partitions, replicationFactor: 1, assignments: [],
            configs: configs.map { .init(name: $0.key, value: $0.value) })
        let token = send(CreateTopicsRequest(topics: [topic]))
        settle()
        return response(token, as: CreateTopicsResponse.self)?.results.first?.errorCode
    }

    func sendProduce(
        _ topic: String, _ partition: Int32 = 0, _ records: ByteBuffer, acks: Int16 = -1,
        transactionalID: String? = nil,
        connection: UInt64 = 1, version: Int16? = nil
    ) -> RequestToken {
        let request = ProduceRequest(
            transactionalID: transactionalID, acks: acks, timeoutMilliseconds: 1000,
            topics: [.init(name: topic, partitions: [.init(index: partition, records: records)])])
        return send(request, connection: connection, version: version)
    }

    func produced(_ token: RequestToken) -> ProduceResponse.Partition? {
        response(token, as: ProduceResponse.self)?.topics.first?.partitions.first
    }

    @discardableResult
    func produce(
        _ topic: String, _ partition: Int32 = 0, _ records: ByteBuffer, transactionalID: String? = nil,
        version: Int16? = nil
    ) -> ProduceResponse.Partition? {
        let token = sendProduce(topic, partition, records, transactionalID: transactionalID, version: version)
        settle()
        return produced(token)
    }

    func sendFetch(
        _ topic: String, _ partition: Int32 = 0, from offset: Int64, committedOnly: Bool = false, maxWait: Int32 = 0,
        minBytes: Int32 = 1, maxBytes: Int32 = 1 << 20, partitionMaxBytes: Int32 = 1 << 20, connection: UInt64 = 1
    ) -> RequestToken {
        var request = FetchRequest()
        request.maxWaitMilliseconds = maxWait
        request.minBytes = minBytes
        request.maxBytes = maxBytes
        request.isolationLevel = committedOnly ? 1 : 0
        request.sessionEpoch = -1
        request.topics = [
            .init(
                topic: topic,
                partitions: [
                    .init(partition: partition, fetchOffset: offset, partitionMaxBytes: partitionMaxBytes)
                ])
        ]
        return send(request, connection: connection)
    }

    func fetched(_ token: RequestToken) -> FetchResponse.Partition? {
        response(token, as: FetchResponse.self)?.topics.first?.partitions.first
    }

    func fetch(
        _ topic: String, _ partition: Int32 = 0, from offset: Int64, committedOnly: Bool = false,
        maxBytes: Int32 = 1 << 20, partitionMaxBytes: Int32 = 1 << 20
    ) -> FetchResponse.Partition? {
        let token = sendFetch(
            topic, partition, from: offset, committedOnly: committedOnly, maxBytes: maxBytes,
            partitionMaxBytes: partitionMaxBytes)
        settle()
        return fetched(token)
    }

    /// Everything that a consumer would get from the partition.
    func readAll(
        _ topic: String, _ partition: Int32 = 0, from start: Int64? = nil, committedOnly: Bool = false,
        maxBytes: Int32 = 1 << 20
    ) throws -> [Batches.Read] {
        var offset = start ?? listOffset(topic, partition, timestamp: -2)?.offset ?? 0
        var records: [Batches.Read] = []
        while true {
            guard
                let part = fetch(
                    topic, partition, from: offset, committedOnly: committedOnly, partitionMaxBytes: maxBytes),
                part.errorCode == .none
            else { throw UnexpectedAnswer(warnings: warnings.suffix(2)) }
            let read = try Batches.read(part.records, from: offset, aborted: part.abortedTransactions ?? [])
            if read.next == offset { return records }
            records += read.records
            offset = read.next
        }
    }

    struct UnexpectedAnswer: Error {
        var warnings: [String]
    }

    func listOffset(
        _ topic: String, _ partition: Int32 = 0, timestamp: Int64, committedOnly: Bool = false
    ) -> ListOffsetsResponse.Partition? {
        var request = ListOffsetsRequest()
        request.isolationLevel = committedOnly ? 1 : 0
        request.topics = [
            .init(name: topic, partitions: [.init(partitionIndex: partition, timestamp: timestamp)])
        ]
        let token = send(request)
        settle()
        return response(token, as: ListOffsetsResponse.self)?.topics.first?.partitions.first
    }

    // MARK: Transactions

    func sendInit(_ id: String?, timeout: Int32 = 60_000, expected: ProducerIdentity? = nil) -> RequestToken {
        send(
            InitProducerIDRequest(
                transactionalID: id, transactionTimeoutMilliseconds: timeout, producerID: expected?.id ?? -1,
                producerEpoch: expected?.epoch ?? -1))
    }

    func initialize(_ id: String?, timeout: Int32 = 60_000, expected: ProducerIdentity? = nil) -> ProducerIdentity? {
        let token = sendInit(id, timeout: timeout, expected: expected)
        settle()
        guard let answer = response(token, as: InitProducerIDResponse.self), answer.errorCode == .none else {
            return nil
        }
        return ProducerIdentity(id: answer.producerID, epoch: answer.producerEpoch)
    }

    func sendAddPartitions(_ id: String, _ producer: ProducerIdentity, _ topic: String, _ partitions: [Int32])
        -> RequestToken
    {
        send(
            AddPartitionsToTxnRequest(
                transactionalID: id, producerID: producer.id, producerEpoch: producer.epoch,
                topics: [.init(name: topic, partitions: partitions)]))
    }

    func addPartitions(_ id: String, _ producer: ProducerIdentity, _ topic: String, _ partitions: [Int32]) -> ErrorCode?
    {
        let token = sendAddPartitions(id, producer, topic, partitions)
        settle()
        return response(token, as: AddPartitionsToTxnResponse.self)?.topics.first?.partitions.first?.errorCode
    }

    func sendEnd(_ id: String, _ producer: ProducerIdentity, commit: Bool) -> RequestToken {
        send(
            EndTxnRequest(
                transactionalID: id, producerID: producer.id, producerEpoch: producer.epoch, committed: commit))
    }

    func end(_ id: String, _ producer: ProducerIdentity, commit: Bool) -> ErrorCode? {
        let token = sendEnd(id, producer, commit: commit)
        settle()
        return response(token, as: EndTxnResponse.self)?.errorCode
    }

    /// Ends a transaction that has an epoch of its own (KIP-890); returns the identity of the next.
    func endOwnEpoch(_ id: String, _ producer: ProducerIdentity, commit: Bool) -> (ErrorCode, ProducerIdentity)? {
        let request = EndTxnRequest(
            transactionalID: id, producerID: producer.id, producerEpoch: producer.epoch, committed: commit)
        let token = send(request, version: 5)
        settle()
        return response(token, as: EndTxnResponse.self).map {
            ($0.errorCode, ProducerIdentity(id: $0.producerID, epoch: $0.producerEpoch))
        }
    }

    func sendTxnOffset(
        _ id: String, _ producer: ProducerIdentity, group: String, _ topic: String, _ offset: Int64,
        version: Int16? = nil
    ) -> RequestToken {
        send(
            TxnOffsetCommitRequest(
                transactionalID: id, groupID: group, producerID: producer.id, producerEpoch: producer.epoch,
                topics: [.init(name: topic, partitions: [.init(partitionIndex: 0, committedOffset: offset)])]),
            version: version)
    }

    func sendAddOffsets(_ id: String, _ producer: ProducerIdentity, group: String) -> RequestToken {
        send(
            AddOffsetsToTxnRequest(
                transactionalID: id, producerID: producer.id, producerEpoch: producer.epoch, groupID: group))
    }

    func committedOffset(group: String, _ topic: String, _ partition: Int32 = 0) -> Int64? {
        let token = send(
            OffsetFetchRequest(groups: [.init(groupID: group, topics: [.init(name: topic, partitions: [partition])])]))
        settle()
        return response(token, as: OffsetFetchResponse.self)?.groups.first?.topics.first?.partitions.first?
            .committedOffset
    }
}
