import NIOCore

/// The 61 bytes that a record batch of format 2 starts with (KIP-98).
///
/// The checksum covers everything from the attributes on, so base offset and leader epoch, which the broker
/// sets, lie outside of it.
package struct RecordBatchHeader: Hashable, Sendable {
    package static let size = 61
    /// The bytes that ``batchLength`` does not count: base offset and the length itself.
    package static let lengthOverhead = 12

    package var baseOffset: Int64 = 0
    /// The bytes that follow this field.
    package var batchLength: Int32 = 49
    package var partitionLeaderEpoch: Int32 = -1
    package var magic: Int8 = 2
    package var checksum: UInt32 = 0
    package var attributes = RecordAttributes()
    package var lastOffsetDelta: Int32 = 0
    /// Milliseconds since 1970; -1 for none.
    package var baseTimestamp: Int64 = -1
    package var maxTimestamp: Int64 = -1
    package var producerID: Int64 = -1
    package var producerEpoch: Int16 = -1
    package var baseSequence: Int32 = -1
    package var recordCount: Int32 = 0

    package init() {}

    /// Reads the header; `bytes` must hold at least ``size`` bytes. Nothing is checked.
    package init(unchecked bytes: UnsafeRawBufferPointer) {
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
    package enum Field {
        package static let baseOffset = 0
        package static let batchLength = 8
        package static let partitionLeaderEpoch = 12
        package static let magic = 16
        package static let checksum = 17
        package static let attributes = 21
        package static let lastOffsetDelta = 23
        package static let baseTimestamp = 27
        package static let maxTimestamp = 35
        package static let producerID = 43
        package static let producerEpoch = 51
        package static let baseSequence = 53
        package static let recordCount = 57
    }
}

extension RecordBatchHeader {
    /// The whole batch in bytes, this header included.
    @inlinable
    package var totalBytes: Int { Int(batchLength) + Self.lengthOverhead }
    @inlinable
    package var lastOffset: Int64 { baseOffset + Int64(lastOffsetDelta) }
    /// The offset after the batch.
    @inlinable
    package var nextOffset: Int64 { lastOffset + 1 }
    @inlinable
    package var hasProducerID: Bool { producerID >= 0 }

    /// From when on compaction may remove the batch's tombstones (milliseconds since 1970), nil as long as it has not
    /// met them.
    ///
    /// Kept in place of the base timestamp, from which the records' timestamps are counted all the same (KIP-534).
    @inlinable
    package var deleteHorizon: Int64? { attributes.hasDeleteHorizon ? baseTimestamp : nil }

    /// The sequence number of the last record; sequences run from 0 to Int32.max and around.
    @inlinable
    package var lastSequence: Int32 {
        guard baseSequence >= 0 else { return baseSequence }
        return Int32((Int64(baseSequence) + Int64(lastOffsetDelta)) & Int64(Int32.max))
    }

    /// Appends the 61 bytes, with ``checksum`` as it is.
    package func write(to buffer: inout ByteBuffer) {
        // Field by field into the space: a batch of one record is as often written as thousands are.
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.size) { space in
            func store<T: FixedWidthInteger>(_ value: T, _ offset: Int) {
                space.storeBytes(of: value.bigEndian, toByteOffset: offset, as: T.self)
            }
            store(baseOffset, Field.baseOffset)
            store(batchLength, Field.batchLength)
            store(partitionLeaderEpoch, Field.partitionLeaderEpoch)
            store(magic, Field.magic)
            store(checksum, Field.checksum)
            store(attributes.rawValue, Field.attributes)
            store(lastOffsetDelta, Field.lastOffsetDelta)
            store(baseTimestamp, Field.baseTimestamp)
            store(maxTimestamp, Field.maxTimestamp)
            store(producerID, Field.producerID)
            store(producerEpoch, Field.producerEpoch)
            store(baseSequence, Field.baseSequence)
            store(recordCount, Field.recordCount)
            return Self.size
        }
    }
}
