import KafkaProtocol
import KafkaRecords
import NIOCore

/// What a produced batch has to keep to.
struct ProduceLimits: Hashable, Sendable {
    /// Of the batch as it is sent (`message.max.bytes`).
    var maximumBatchBytes = 1_048_588
    /// Of its records once decompressed.
    var maximumDecompressedBytes = 64 << 20
    /// Whether every record must have a key, as compaction needs it.
    var requiresKeys = false
    /// Whether the broker's clock will set the timestamps.
    var usesLogAppendTime = false
}

extension RecordBatch {
    /// Checks what a client produced to one partition: exactly one batch of format 2, whole, unharmed, consistent, and
    /// with records that every consumer can read.
    ///
    /// The records themselves are walked too: one malformed record that got into the log would stop every consumer of
    /// the partition permanently. What the header says of their timestamps is set right, as Apache Kafka does: some
    /// producers leave it unset.
    static func produced(_ section: ByteBuffer?, limits: ProduceLimits) throws(RecordError) -> RecordBatch {
        guard var rest = section, rest.readableBytes > 0 else { throw .notOneBatch }
        try checkMagic(rest)
        guard var batch = try next(from: &rest) else {
            throw .truncated(needed: neededBytes(rest), available: rest.readableBytes)
        }
        guard rest.readableBytes == 0 else { throw .notOneBatch }
        guard batch.bytes.readableBytes <= limits.maximumBatchBytes else {
            throw .batchTooLarge(bytes: batch.bytes.readableBytes, limit: limits.maximumBatchBytes)
        }
        try batch.verifyChecksum()
        try batch.header.checkProduced()
        if limits.usesLogAppendTime, batch.header.attributes.timestampType == .logAppendTime {
            throw .brokersTimestampType
        }
        let maxTimestamp = try batch.records(maximumDecompressedBytes: limits.maximumDecompressedBytes, strictly: true)
            .checkAll(baseTimestamp: batch.header.baseTimestamp, requiringKeys: limits.requiresKeys)
        batch.setCreateTime(maxTimestamp: maxTimestamp)
        return batch
    }

    /// Old formats are shorter than a batch header, so they are recognized before the length is looked at.
    private static func checkMagic(_ section: ByteBuffer) throws(RecordError) {
        let index = section.readerIndex + RecordBatchHeader.Field.magic
        if let magic = section.getInteger(at: index, as: Int8.self), magic != 2 { throw .unsupportedMagic(magic) }
    }

    private static func neededBytes(_ section: ByteBuffer) -> Int {
        guard section.readableBytes >= RecordBatchHeader.size else { return RecordBatchHeader.size }
        return section.withUnsafeReadableBytes { RecordBatchHeader(unchecked: $0).totalBytes }
    }
}

extension RecordBatchHeader {
    fileprivate func checkProduced() throws(RecordError) {
        guard recordCount > 0, lastOffsetDelta == recordCount - 1 else {
            throw .inconsistentCount(records: recordCount, lastOffsetDelta: lastOffsetDelta)
        }
        guard !attributes.isControl else { throw .controlBatch }
        guard attributes.compression != nil else { throw .unknownCompression(attributes.compressionCode) }
        if hasProducerID {
            guard producerEpoch >= 0, baseSequence >= 0 else { throw .inconsistentProducer }
        } else {
            guard !attributes.isTransactional else { throw .inconsistentProducer }
        }
    }
}
