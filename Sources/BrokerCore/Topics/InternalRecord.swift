import KafkaProtocol
import KafkaRecords
import NIOCore

/// A record of one of the broker's own logs; without a value it deletes what its key had.
struct InternalRecord: Hashable, Sendable {
    var key: ByteBuffer
    var value: ByteBuffer?
}

extension InternalRecord {
    /// The most that an internal batch may take once decompressed; internal batches are never compressed.
    static let maximumBatchBytes = 64 << 20

    /// One batch of these records, its base offset still 0.
    ///
    /// - Parameter producer: the transaction that the records belong to, if any.
    static func batch(
        _ records: [InternalRecord], timestamp: Int64, producer: ProducerIdentity? = nil
    ) throws(RecordError) -> RecordBatch {
        var header = RecordBatchHeader()
        header.attributes = RecordAttributes(isTransactional: producer != nil)
        header.baseTimestamp = timestamp
        if let producer {
            header.producerID = producer.id
            header.producerEpoch = producer.epoch
        }
        var builder = RecordBatchBuilder(header: header)
        for (index, record) in records.enumerated() {
            builder.append(offset: Int64(index), timestamp: timestamp, key: record.key, value: record.value)
        }
        return try builder.finish()
    }

    /// The records of a batch of an internal log, in order; none for a control batch.
    static func read(_ batch: RecordBatch) throws(RecordError) -> [InternalRecord] {
        guard !batch.header.attributes.isControl else { return [] }
        var reader = try batch.records(maximumDecompressedBytes: maximumBatchBytes)
        var records: [InternalRecord] = []
        while let record = try reader.next() {
            if let key = record.key { records.append(InternalRecord(key: key, value: record.value)) }
        }
        return records
    }
}

/// The logs of the broker's own state. Their numbers are fixed, so that recovery finds them before it knows anything
/// else.
enum InternalLog: UInt32, CaseIterable, Sendable {
    /// Topics with their settings, producer ids given out, the cluster's id.
    case metadata = 0
    /// Committed offsets of consumer groups.
    case offsets = 1
    /// Transactional ids with their producers.
    case transactions = 2

    /// Numbers below are reserved for internal logs.
    static let firstTopicLogID: LogID = 16

    static func isInternal(_ id: LogID) -> Bool { id < firstTopicLogID }

    var name: String {
        switch self {
        case .metadata: "__metadata"
        case .offsets: "__consumer_offsets"
        case .transactions: "__transaction_state"
        }
    }

    var directory: String { "internal/\(name)" }

    /// Compacted, and never cut off by time or size.
    static func config(_ settings: BrokerSettings) -> LogConfig {
        var config = LogConfig()
        config.deletes = false
        config.compacts = true
        config.segmentBytes = settings.internalSegmentBytes
        config.segmentMilliseconds = .max
        config.deleteRetentionMilliseconds = 0
        config.maxMessageBytes = InternalRecord.maximumBatchBytes
        return config
    }
}
