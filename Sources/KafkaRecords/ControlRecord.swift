import NIOCore

/// The marker that ends a transaction in a partition's log (KIP-98).
package enum TransactionMarker: Int16, Hashable, Sendable {
    case abort = 0
    case commit = 1
}

extension TransactionMarker {
    /// A control batch of one record that ends the transaction of a producer.
    ///
    /// Key: version 0 and the type; value: version 0 and the coordinator's epoch. `timestamp` is in milliseconds since
    /// 1970.
    package func batch(
        baseOffset: Int64, leaderEpoch: Int32, producerID: Int64, producerEpoch: Int16, coordinatorEpoch: Int32,
        timestamp: Int64
    ) throws(RecordError) -> RecordBatch {
        var header = RecordBatchHeader()
        header.baseOffset = baseOffset
        header.partitionLeaderEpoch = leaderEpoch
        header.attributes = RecordAttributes(isTransactional: true, isControl: true)
        header.baseTimestamp = timestamp
        header.producerID = producerID
        header.producerEpoch = producerEpoch
        var key = ByteBuffer()
        key.writeMultipleIntegers(Int16(0), rawValue)
        var value = ByteBuffer()
        value.writeMultipleIntegers(Int16(0), coordinatorEpoch)
        var builder = RecordBatchBuilder(header: header)
        builder.append(offset: baseOffset, timestamp: timestamp, key: key, value: value)
        return try builder.finish()
    }

    /// The marker in a control batch; nil if it is a control batch of another type or no control batch at all.
    package init?(_ batch: RecordBatch) throws(RecordError) {
        guard batch.header.attributes.isControl else { return nil }
        var reader = try batch.records(maximumDecompressedBytes: 1 << 16)
        guard let record = try reader.next(), var key = record.key,
            let (_, type) = key.readMultipleIntegers(as: (Int16, Int16).self)
        else { throw .malformedRecord(index: 0) }
        self.init(rawValue: type)
    }
}
