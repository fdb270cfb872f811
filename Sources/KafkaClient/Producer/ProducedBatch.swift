import KafkaRecords
import NIOCore

/// Where records go: a topic by its place in the producer's list, and a partition.
struct PartitionPlace: Hashable, Sendable, Comparable {
    var topic: Int
    var partition: Int32

    static func < (left: Self, right: Self) -> Bool { (left.topic, left.partition) < (right.topic, right.partition) }
}

/// What brokers tell batches apart by.
struct ProducerStamp: Hashable, Sendable {
    var producerID: Int64
    var epoch: Int16
    /// Of the batch's first record.
    var sequence: Int32
}

/// A batch that takes no more records, until its outcome is known.
final class ProducedBatch {
    let place: PartitionPlace
    /// Counts the producer's batches.
    let number: UInt64
    private(set) var header: RecordBatchHeader
    private(set) var bytes: ByteBuffer
    /// Of `buffer.memory`.
    let reservedBytes: Int
    /// When its first record came, on the monotonic clock.
    let createdAt: Int64
    /// What the application gave with records: by the record's place in the batch.
    let tokens: [(record: Int32, token: UInt64)]

    /// Set from the first attempt until the batch is proven not to be in the log.
    private(set) var stamp: ProducerStamp?
    var isOnWire = false
    /// An attempt was written and not answered, or answered with an error that leaves it open.
    var mayBeWritten = false
    /// The application has heard of its end already; what comes later changes nothing for it.
    var isReported = false
    var outcome: BatchOutcome.Result?

    init(
        place: PartitionPlace, number: UInt64, header: RecordBatchHeader, bytes: ByteBuffer, reservedBytes: Int,
        createdAt: Int64, tokens: [(record: Int32, token: UInt64)]
    ) {
        self.place = place
        self.number = number
        self.header = header
        self.bytes = bytes
        self.reservedBytes = reservedBytes
        self.createdAt = createdAt
        self.tokens = tokens
    }

    var recordCount: Int32 { header.recordCount }
    var isDone: Bool { outcome != nil }

    /// Sets producer id, epoch and sequence, and the checksum over them; nil for a producer that is not idempotent.
    func seal(_ stamp: ProducerStamp?, isTransactional: Bool) {
        self.stamp = stamp
        header.attributes = RecordAttributes(
            compression: header.attributes.compression ?? .none, isTransactional: isTransactional)
        header.producerID = stamp?.producerID ?? -1
        header.producerEpoch = stamp?.epoch ?? -1
        header.baseSequence = stamp?.sequence ?? -1
        bytes.withUnsafeMutableReadableBytes { space in
            header.store(to: space)
            header.checksum = RecordBatch.computeChecksum(UnsafeRawBufferPointer(space))
            space.storeBytes(
                of: header.checksum.bigEndian, toByteOffset: RecordBatchHeader.Field.checksum, as: UInt32.self)
        }
    }

    /// The batch is not in the log; its sequence may belong to another.
    func unseal() {
        stamp = nil
        mayBeWritten = false
    }
}

/// What became of a batch.
struct BatchOutcome {
    /// Why records were not acknowledged.
    struct Failure: Error, Hashable, Sendable {
        var error: ClientError
        /// False where the records are certainly not in the log.
        var mayBeWritten: Bool
    }

    /// The offset of the first record; -1 where the broker does not remember it.
    typealias Result = Swift.Result<Int64, Failure>

    var place: PartitionPlace
    var recordCount: Int32
    var tokens: [(record: Int32, token: UInt64)]
    var result: Result
}

extension RecordBatchHeader {
    /// Writes the 61 bytes to the start of `space`.
    fileprivate func store(to space: UnsafeMutableRawBufferPointer) {
        var buffer = ByteBuffer()
        write(to: &buffer)
        buffer.withUnsafeReadableBytes { space.copyMemory(from: $0) }
    }
}
