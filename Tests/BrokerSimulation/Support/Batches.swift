import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

/// Batches as producers send them, and records as consumers read them.
enum Batches {
    /// - Parameters:
    ///   - keys: without them every record is its own key.
    ///   - claimedMaxTimestamp: what the header says, where that is not the truth.
    static func make(
        _ values: [String], keys: [String?]? = nil, timestamp: Int64 = 1_700_000_000_000,
        claimedMaxTimestamp: Int64? = nil, producer: ProducerIdentity? = nil,
        sequence: Int32 = -1, transactional: Bool = false, compression: Compression = .none
    ) throws -> ByteBuffer {
        var header = RecordBatchHeader()
        header.attributes = RecordAttributes(compression: compression, isTransactional: transactional)
        header.baseTimestamp = timestamp
        if let producer {
            header.producerID = producer.id
            header.producerEpoch = producer.epoch
            header.baseSequence = sequence
        }
        var builder = RecordBatchBuilder(header: header)
        for (index, value) in values.enumerated() {
            let key = keys.map { $0[index] } ?? value
            builder.append(
                offset: Int64(index), timestamp: timestamp + Int64(index), key: key.map { ByteBuffer(string: $0) },
                value: ByteBuffer(string: value))
        }
        return try builder.finish(maxTimestamp: claimedMaxTimestamp).bytes
    }

    struct Read: Hashable {
        var offset: Int64
        var key: String?
        var value: String?
    }

    /// The records of a fetched section that a consumer hands out: no markers, and nothing of the aborted transactions.
    static func read(
        _ section: ByteBuffer?, from offset: Int64, aborted: [FetchResponse.AbortedTransaction] = []
    ) throws -> (records: [Read], next: Int64) {
        guard var rest = section else { return ([], offset) }
        var records: [Read] = []
        var next = offset
        var pending = aborted.sorted { $0.firstOffset < $1.firstOffset }
        var abortedProducers: Set<Int64> = []
        while let batch = try RecordBatch.next(from: &rest) {
            try batch.verifyChecksum()
            while let first = pending.first, first.firstOffset <= batch.header.lastOffset {
                abortedProducers.insert(first.producerID)
                pending.removeFirst()
            }
            next = batch.header.nextOffset
            if batch.header.attributes.isControl {
                if try TransactionMarker(batch) == .abort { abortedProducers.remove(batch.header.producerID) }
                continue
            }
            if batch.header.attributes.isTransactional, abortedProducers.contains(batch.header.producerID) { continue }
            var reader = try batch.records(maximumDecompressedBytes: 1 << 20)
            while let record = try reader.next() {
                guard batch.offset(of: record) >= offset else { continue }
                records.append(
                    Read(
                        offset: batch.offset(of: record), key: record.key.map { String(buffer: $0) },
                        value: record.value.map { String(buffer: $0) }))
            }
        }
        return (records, next)
    }
}
