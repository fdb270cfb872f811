import KafkaProtocol

/// Why a record batch is refused or cannot be read.
package enum RecordError: Error, Hashable, Sendable {
    /// The bytes end before the batch does.
    case truncated(needed: Int, available: Int)
    /// A produced partition has no batch, or more than one.
    case notOneBatch
    /// The message formats 0 and 1 of before Kafka 0.11, or one that is not known.
    case unsupportedMagic(Int8)
    /// The batch says that it is shorter than its own header.
    case impossibleLength(Int32)
    case batchTooLarge(bytes: Int, limit: Int)
    case checksumMismatch(expected: UInt32, actual: UInt32)
    /// The header's record count and last offset delta do not belong together.
    case inconsistentCount(records: Int32, lastOffsetDelta: Int32)
    /// A stored batch cannot lie where its offsets say. The checksum does not cover the base offset.
    case impossibleOffsets(base: Int64, lastOffsetDelta: Int32)
    /// Control batches are the broker's to write.
    case controlBatch
    /// Producer id, epoch, sequence and the transactional flag do not belong together.
    case inconsistentProducer
    case unknownCompression(UInt8)
    case decompressionFailed(Compression)
    case decompressedTooLarge(limit: Int)
    /// A record inside the batch, counted from 0, is not what the format asks for.
    case malformedRecord(index: Int)
    /// Something follows the last record.
    case bytesAfterRecords(Int)
    /// A record's timestamp is beyond 64 bits.
    case impossibleTimestamp(index: Int)
    /// The producer says that the broker set the timestamps, on a topic where the broker does.
    case brokersTimestampType
    /// Records without a key on a compacted topic; the first hundred.
    case missingKey(indexes: [Int])
}

extension RecordError {
    /// The records at fault, counted from 0 within the batch, where it is known which they are (KIP-467).
    package var recordIndexes: [Int] {
        switch self {
        case .malformedRecord(let index), .impossibleTimestamp(let index): [index]
        case .missingKey(let indexes): indexes
        default: []
        }
    }

    /// What is said of each of ``recordIndexes``.
    package var recordMessage: String {
        if case .missingKey = self { return "a compacted topic takes only records with a key" }
        return description
    }
}

extension RecordError {
    /// What the producer is answered.
    package var errorCode: ErrorCode {
        switch self {
        case .truncated, .impossibleLength, .impossibleOffsets, .checksumMismatch, .decompressionFailed: .corruptMessage
        case .batchTooLarge, .decompressedTooLarge: .messageTooLarge
        case .unknownCompression: .unsupportedCompressionType
        case .impossibleTimestamp, .brokersTimestampType: .invalidTimestamp
        case .notOneBatch, .unsupportedMagic, .inconsistentCount, .controlBatch, .inconsistentProducer,
            .malformedRecord, .bytesAfterRecords,
            .missingKey:
            .invalidRecord
        }
    }
}

extension RecordError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let needed, let available): "a record batch of \(needed) bytes has only \(available)"
        case .notOneBatch: "a produced partition must have exactly one record batch"
        case .unsupportedMagic(let magic): "message format \(magic) is not supported, only 2 (Kafka 0.11 and newer)"
        case .impossibleLength(let length): "a record batch cannot be \(length) bytes long"
        case .batchTooLarge(let bytes, let limit):
            "a record batch of \(bytes) bytes is larger than the limit of \(limit)"
        case .checksumMismatch: "the record batch's checksum does not match its bytes"
        case .inconsistentCount(let records, let delta): "\(records) records cannot end at offset delta \(delta)"
        case .impossibleOffsets(let base, let delta): "a batch from offset \(base) to \(delta) above it cannot be here"
        case .controlBatch: "clients may not write control batches"
        case .inconsistentProducer: "producer id, epoch and sequence do not belong together"
        case .unknownCompression(let code): "compression \(code) is not known"
        case .decompressionFailed(let codec): "the records are not one whole \(codec) stream, as all clients read it"
        case .decompressedTooLarge(let limit): "the records take more than \(limit) bytes once decompressed"
        case .bytesAfterRecords(let count): "\(count) bytes follow the last record"
        case .impossibleTimestamp(let index): "the timestamp of record \(index) of the batch is beyond 64 bits"
        case .brokersTimestampType: "the broker sets the timestamps of this topic, so a producer cannot say that it has"
        case .missingKey(let indexes):
            "a compacted topic takes only records with a key; record \(indexes.first ?? 0) of the batch has none"
        case .malformedRecord(let index): "record \(index) of the batch is malformed"
        }
    }
}
