import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol

/// Making and sending records.
extension Life {
    /// A few new records, written down in the ledger.
    func makeRecords(_ name: String, _ place: Place, stream: Int, from index: Int, transaction: SentTransaction?)
        -> [SentRecord]
    {
        let keys = settings.topic(place.topic)?.keys ?? 0
        let padding = random.chance(0.03) ? 1500 : random.pick([0, 10, 60, 200])
        return (0..<random.within(1...4)).map { offset in
            let value = "\(name)/\(index + offset)/" + String(repeating: "x", count: padding)
            let key = keys > 0 ? "k\(random.below(keys))" : "\(name)/\(index + offset)"
            let record = SentRecord(
                value: value, key: key, place: place, stream: stream, index: index + offset, transaction: transaction)
            ledger.records[value] = record
            transaction?.records.append(record)
            return record
        }
    }

    func batch(_ records: [SentRecord], producer: ProducerIdentity?, sequence: Int32, transactional: Bool = false)
        -> ByteBuffer
    {
        do {
            let (timestamp, claimed) = recordTime()
            return try Batches.make(
                records.map(\.value), keys: records.map(\.key), timestamp: timestamp, claimedMaxTimestamp: claimed,
                producer: producer,
                sequence: sequence, transactional: transactional)
        } catch {
            // Uncompressed batches are built without a codec.
            preconditionFailure("a batch could not be built: \(error)")
        }
    }

    /// What producers say of their records' time: mostly the truth, now and then long ago, far ahead or nothing; and some leave the greatest
    /// timestamp out of the header.
    private func recordTime() -> (timestamp: Int64, claimed: Int64?) {
        let day: Int64 = 24 * 3600 * 1000
        let timestamp =
            random.chance(0.8)
            ? broker.now.wall : random.pick([-1, 0, broker.now.wall - 90 * day, broker.now.wall + 3650 * day])
        let claimed: Int64? = random.chance(0.1) ? random.pick([-1, 0]) : nil
        if timestamp != broker.now.wall || claimed != nil { coverage[.strangeTimes] += 1 }
        return (timestamp, claimed)
    }

    /// Sends a batch; what the broker promises is written down when it promises it.
    func produce(
        _ client: SimulatedClient, _ bytes: ByteBuffer, _ records: [SentRecord], to place: Place,
        transactionalID: String?,
        observe: ((ProduceResponse.Partition, Exchange) -> Void)? = nil,
        receive: @escaping (ProduceResponse.Partition) -> Void
    ) {
        let request = ProduceRequest(
            transactionalID: transactionalID, acks: -1, timeoutMilliseconds: 1000,
            topics: [.init(name: place.topic, partitions: [.init(index: place.partition, records: bytes)])])
        client.send(request) { [self] (response: ProduceResponse, exchange) in
            guard let answer = response.topics.first?.partitions.first else { return }
            if answer.errorCode == .none {
                if records.first?.acknowledgedOffset != nil {
                    coverage[.duplicates] += 1
                } else {
                    coverage[.acknowledged] += records.count
                }
                if let violation = ledger.acknowledge(records, at: answer.baseOffset) { fail(violation) }
            }
            observe?(answer, exchange)
        } receive: { [self] response in
            guard let answer = response.topics.first?.partitions.first else {
                return fail(.everythingIsAnswered, "\(client.name) got an answer without its partition")
            }
            receive(answer)
        }
    }
}
