import KafkaProtocol
import NIOCore

/// The checkpoint's bytes: magic, version, body, CRC-32C of all before. Integers are big-endian.
extension Checkpoint {
    private static let magic: UInt32 = 0x4F43_4850
    /// Version 1 had no append times, see ``LogSnapshot/active``.
    private static let versions: ClosedRange<UInt32> = 1...2

    func encoded() -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: 256 + logs.count * 256)
        buffer.writeMultipleIntegers(Self.magic, Self.versions.upperBound)
        buffer.writeMultipleIntegers(
            journal.file, Int64(journal.offset), journal.nextSequence, journal.previousChecksum)
        buffer.writeInteger(UInt32(logs.count))
        for log in logs { log.encode(into: &buffer) }
        let checksum = buffer.withUnsafeReadableBytes { CRC32C.checksum($0) }
        buffer.writeInteger(checksum)
        return buffer
    }

    /// Throws ``StorageError/Code/corrupt`` for anything but what ``encoded()`` gave.
    init(decoding bytes: ByteBuffer) throws(StorageError) {
        var reader = CheckpointReader(bytes)
        let version = try reader.verify(magic: Self.magic, versions: Self.versions)
        journal = JournalPosition(
            file: try reader.integer(), offset: Int(try reader.integer(Int64.self)), nextSequence: try reader.integer(),
            previousChecksum: try reader.integer())
        try reader.require((0...Segment.maximumFileBytes).contains(journal.offset))
        logs = []
        for _ in 0..<(try reader.count(atLeastBytesEach: 40)) {
            logs.append(try LogSnapshot(from: &reader, version: version))
        }
    }
}

extension LogSnapshot {
    fileprivate func encode(into buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(id, startOffset, compactedOffset)
        active.encode(into: &buffer)
        buffer.writeInteger(UInt32(producers.count))
        for producer in producers {
            let entry = producer.entry
            buffer.writeMultipleIntegers(producer.id, entry.epoch, entry.lastSeen, entry.transactionFirstOffset)
            buffer.writeInteger(UInt32(entry.batches.count))
            for batch in entry.batches {
                buffer.writeMultipleIntegers(batch.firstSequence, batch.lastSequence, batch.baseOffset, batch.timestamp)
            }
        }
        buffer.writeInteger(UInt32(openTransactions.count))
        for offset in openTransactions { buffer.writeInteger(offset) }
        buffer.writeInteger(UInt32(abortedTransactions.count))
        for aborted in abortedTransactions {
            buffer.writeMultipleIntegers(aborted.producerID, aborted.firstOffset, aborted.lastOffset)
        }
    }

    fileprivate init(from reader: inout CheckpointReader, version: UInt32) throws(StorageError) {
        id = try reader.integer()
        startOffset = try reader.integer()
        compactedOffset = try reader.integer()
        try reader.require(RecordBatchHeader.isPlausible(startOffset) && RecordBatchHeader.isPlausible(compactedOffset))
        active = try Segment(from: &reader, hasAppendTimes: version > 1)
        producers = []
        for _ in 0..<(try reader.count(atLeastBytesEach: 30)) {
            let id: Int64 = try reader.integer()
            var entry = ProducerEntry(epoch: try reader.integer(), lastSeen: try reader.integer())
            entry.transactionFirstOffset = try reader.integer()
            for _ in 0..<(try reader.count(atLeastBytesEach: 24)) {
                entry.batches.append(
                    .init(
                        firstSequence: try reader.integer(), lastSequence: try reader.integer(),
                        baseOffset: try reader.integer(), timestamp: try reader.integer()))
            }
            producers.append(Producer(id: id, entry: entry))
        }
        openTransactions = []
        for _ in 0..<(try reader.count(atLeastBytesEach: 8)) { openTransactions.append(try reader.integer()) }
        abortedTransactions = []
        for _ in 0..<(try reader.count(atLeastBytesEach: 24)) {
            abortedTransactions.append(
                .init(
                    producerID: try reader.integer(), firstOffset: try reader.integer(),
                    lastOffset: try reader.integer()))
        }
    }
}

extension Segment {
    /// More than any file of the broker has: 1 TiB.
    fileprivate static let maximumFileBytes = 1 << 40
    /// What a segment of version 1 has in place of its ``appendedAt``.
    static let unknownAppendTime = Int64.min

    func encode(into buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(
            baseOffset, Int64(size), lastOffset, lastRecordOffset, maxTimestamp, createdAt, appendedAt)
        buffer.writeInteger(UInt32(index.entries.count))
        for entry in index.entries {
            buffer.writeMultipleIntegers(entry.relativeOffset, entry.position, entry.maxTimestampBefore)
        }
    }

    /// - Parameter hasAppendTimes: without them ``appendedAt`` is ``unknownAppendTime``, and what else is missing or
    ///   doubtful must be read from the file.
    init(from reader: inout CheckpointReader, hasAppendTimes: Bool = true) throws(StorageError) {
        let baseOffset: Int64 = try reader.integer()
        let size = Int(try reader.integer(Int64.self))
        let lastOffset: Int64 = try reader.integer()
        let lastRecordOffset = hasAppendTimes ? try reader.integer() : lastOffset
        let maxTimestamp: Int64 = try reader.integer()
        try reader.require(
            (0...Segment.maximumFileBytes).contains(size) && RecordBatchHeader.isPlausible(baseOffset)
                && lastOffset <= RecordBatchHeader.maximumOffset
                && lastOffset >= baseOffset - 1 && (baseOffset - 1...lastOffset).contains(lastRecordOffset))
        self.init(baseOffset: baseOffset, createdAt: try reader.integer())
        self.size = size
        self.lastOffset = lastOffset
        self.lastRecordOffset = lastRecordOffset
        appendedAt = hasAppendTimes ? try reader.integer() : Self.unknownAppendTime
        self.maxTimestamp = maxTimestamp
        var entries: [SegmentIndex.Entry] = []
        for _ in 0..<(try reader.count(atLeastBytesEach: 16)) {
            entries.append(
                .init(
                    relativeOffset: try reader.integer(), position: try reader.integer(),
                    maxTimestampBefore: try reader.integer()))
        }
        index = SegmentIndex(entries: entries)
    }
}

/// Reads a checksummed file of the broker's own.
struct CheckpointReader {
    private var buffer: ByteBuffer
    private let file: String

    init(_ buffer: ByteBuffer, file: String = Checkpoint.file) {
        self.buffer = buffer
        self.file = file
    }

    private func corrupt(_ detail: String) -> StorageError { StorageError(code: .corrupt, file: file, detail: detail) }

    /// Checks the trailing checksum and the leading magic and version, and leaves the reader at the body.
    ///
    /// - Returns: the version.
    mutating func verify(magic: UInt32, versions: ClosedRange<UInt32>) throws(StorageError) -> UInt32 {
        let length = buffer.readableBytes - 4
        guard length >= 8, let stored = buffer.getInteger(at: buffer.readerIndex + length, as: UInt32.self),
            buffer.withUnsafeReadableBytes({
                CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[..<length])) == stored
            })
        else { throw corrupt("its checksum does not match its contents") }
        guard try integer(UInt32.self) == magic else { throw corrupt("it is of another kind") }
        let found = try integer(UInt32.self)
        guard versions.contains(found) else {
            throw corrupt("it has version \(found), expected \(versions.upperBound)")
        }
        buffer = buffer.getSlice(at: buffer.readerIndex, length: length - 8) ?? ByteBuffer()
        return found
    }

    mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) throws(StorageError) -> T {
        guard let value = buffer.readInteger(as: T.self) else { throw corrupt("it is cut short") }
        return value
    }

    /// Throws unless what was read can be true.
    func require(_ isPossible: Bool) throws(StorageError) {
        guard isPossible else { throw corrupt("it says what cannot be") }
    }

    /// How many elements follow, of at least so many bytes each.
    mutating func count(atLeastBytesEach bytes: Int) throws(StorageError) -> Int {
        let count = Int(try integer(UInt32.self))
        guard count * bytes <= buffer.readableBytes else { throw corrupt("it is cut short") }
        return count
    }
}
