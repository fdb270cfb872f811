import NIOCore

/// The 61 bytes that a record batch of format 2 starts with (KIP-98).
///
/// The checksum covers everything from the attributes on, so base offset and leader epoch, which the broker
/// sets, lie outside of it.
struct RecordBatchHeader: Hashable, Sendable {
    static let size = 61
    /// The bytes that ``batchLength`` does not count: base offset and the length itself.
    static let lengthOverhead = 12

    var baseOffset: Int64 = 0
    /// The bytes that follow this field.
    var batchLength: Int32 = 49
    var partitionLeaderEpoch: Int32 = -1
    var magic: Int8 = 2
    var checksum: UInt32 = 0
    var attributes = RecordAttributes()
    var lastOffsetDelta: Int32 = 0
    /// Milliseconds since 1970; -1 for none.
    var baseTimestamp: Int64 = -1
    var maxTimestamp: Int64 = -1
    var producerID: Int64 = -1
    var producerEpoch: Int16 = -1
    var baseSequence: Int32 = -1
    var recordCount: Int32 = 0

    init() {}

    /// Reads the header; `bytes` must hold at least ``size`` bytes. Nothing is checked.
    init(unchecked bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= Self.size)
        func load<T: FixedWidthInteger>(_ offset: Int, _: T.Type) -> T {
            T(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
        baseOffset = load(Field.baseOffset, Int64.self)
        batchLength = load(Field.batchLength, Int32.self)
        partitionLeaderEpoch = load(Field.partitionLeaderEpoch, Int32.self)
        magic = load(Field.magic, Int8.self)
        checksum = load(Field.checksum, UInt32.self)
        attributes = RecordAttributes(rawValue: load(Field.attributes, UInt16.self))
        lastOffsetDelta = load(Field.lastOffsetDelta, Int32.self)
        baseTimestamp = load(Field.baseTimestamp, Int64.self)
        maxTimestamp = load(Field.maxTimestamp, Int64.self)
        producerID = load(Field.producerID, Int64.self)
        producerEpoch = load(Field.producerEpoch, Int16.self)
        baseSequence = load(Field.baseSequence, Int32.self)
        recordCount = load(Field.recordCount, Int32.self)
    }

    /// Where the fields lie.
    enum Field {
        static let baseOffset = 0
        static let batchLength = 8
        static let partitionLeaderEpoch = 12
        static let magic = 16
        static let checksum = 17
        static let attributes = 21
        static let lastOffsetDelta = 23
        static let baseTimestamp = 27
        static let maxTimestamp = 35
        static let producerID = 43
        static let producerEpoch = 51
        static let baseSequence = 53
        static let recordCount = 57
    }
}

extension RecordBatchHeader {
    /// The whole batch in bytes, this header included.
    var totalBytes: Int { Int(batchLength) + Self.lengthOverhead }
    var lastOffset: Int64 { baseOffset + Int64(lastOffsetDelta) }
    /// The offset after the batch.
    var nextOffset: Int64 { lastOffset + 1 }
    var hasProducerID: Bool { producerID >= 0 }

    /// From when on compaction may remove the batch's tombstones (milliseconds since 1970), nil as long as it has not met them.
    ///
    /// Kept in place of the base timestamp, from which the records' timestamps are counted all the same (KIP-534).
    var deleteHorizon: Int64? { attributes.hasDeleteHorizon ? baseTimestamp : nil }

    /// The sequence number of the last record; sequences run from 0 to Int32.max and around.
    var lastSequence: Int32 {
        guard baseSequence >= 0 else { return baseSequence }
        return Int32((Int64(baseSequence) + Int64(lastOffsetDelta)) & Int64(Int32.max))
    }

    /// Appends the 61 bytes, with ``checksum`` as it is.
    func write(to buffer: inout ByteBuffer) {
        buffer.writeInteger(baseOffset)
        buffer.writeInteger(batchLength)
        buffer.writeInteger(partitionLeaderEpoch)
        buffer.writeInteger(magic)
        buffer.writeInteger(checksum)
        buffer.writeInteger(attributes.rawValue)
        buffer.writeInteger(lastOffsetDelta)
        buffer.writeInteger(baseTimestamp)
        buffer.writeInteger(maxTimestamp)
        buffer.writeInteger(producerID)
        buffer.writeInteger(producerEpoch)
        buffer.writeInteger(baseSequence)
        buffer.writeInteger(recordCount)
    }
}
