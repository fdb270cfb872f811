import KafkaProtocol
import KafkaRecords
import NIOCore

/// Puts together the frames of the next commit, in one buffer: the only copy that is made of what producers send.
///
/// The logs' tails are slices of that buffer, so slices are cut only once it is complete (``finish(from:)``).
struct JournalFrameBuilder {
    /// A frame is closed when it has become this large, except within an atomic section.
    static let targetFrameBytes = 4 << 20

    /// A batch in the buffer.
    struct Placed {
        var log: PartitionLog
        var header: RecordBatchHeader
        var position: Int
        var segmentBaseOffset: Int64
        /// Where its bytes start in the buffer.
        var start: Int
    }

    private struct Frame {
        var start: Int
        var entryHeaders: [Int] = []
    }

    private(set) var buffer: ByteBuffer
    private var frames: [Frame] = []
    private(set) var placed: [Placed] = []
    private var frameIsOpen = false
    private var atomicDepth = 0

    init(capacity: Int) {
        buffer = ByteBufferAllocator().buffer(capacity: capacity)
    }

    var isEmpty: Bool { frames.isEmpty }
    var byteCount: Int { buffer.writerIndex }

    /// Keeps all that is added until ``endAtomic()`` in one frame.
    mutating func beginAtomic() { atomicDepth += 1 }
    mutating func endAtomic() { atomicDepth -= 1 }

    /// Adds a batch, giving it its base offset and leader epoch 0.
    mutating func add(
        _ batch: RecordBatchHeader, bytes: ByteBuffer, log: PartitionLog, position: Int, segmentBaseOffset: Int64
    ) {
        addHeader(
            .batch, logID: log.id, offset: batch.baseOffset, dataBytes: batch.totalBytes, dataChecksum: batch.checksum)
        let start = buffer.writerIndex
        var bytes = bytes
        // The slice is exactly the batch.
        buffer.writeBuffer(&bytes)
        buffer.setInteger(batch.baseOffset, at: start)
        buffer.setInteger(0 as Int32, at: start + RecordBatchHeader.Field.partitionLeaderEpoch)
        placed.append(
            Placed(log: log, header: batch, position: position, segmentBaseOffset: segmentBaseOffset, start: start))
    }

    /// Adds an entry without data.
    mutating func add(_ kind: JournalEntryKind, logID: LogID, offset: Int64) {
        addHeader(kind, logID: logID, offset: offset, dataBytes: 0, dataChecksum: 0)
    }

    private mutating func addHeader(
        _ kind: JournalEntryKind, logID: LogID, offset: Int64, dataBytes: Int, dataChecksum: UInt32
    ) {
        if let frame = frames.last, atomicDepth == 0,
            buffer.writerIndex - frame.start + dataBytes > Self.targetFrameBytes
        {
            frameIsOpen = false
        }
        if !frameIsOpen {
            frames.append(Frame(start: buffer.writerIndex))
            buffer.writeRepeatingByte(0, count: JournalFormat.frameHeaderBytes)
            frameIsOpen = true
        }
        frames[frames.count - 1].entryHeaders.append(buffer.writerIndex)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: JournalFormat.entryHeaderBytes) { space in
            space.storeBytes(of: kind.rawValue.bigEndian, as: UInt32.self)
            space.storeBytes(of: logID.bigEndian, toByteOffset: 4, as: LogID.self)
            space.storeBytes(of: offset.bigEndian, toByteOffset: 8, as: Int64.self)
            space.storeBytes(of: UInt32(dataBytes).bigEndian, toByteOffset: 16, as: UInt32.self)
            space.storeBytes(of: dataChecksum.bigEndian, toByteOffset: 20, as: UInt32.self)
            return JournalFormat.entryHeaderBytes
        }
    }

    /// Completes the frame headers.
    ///
    /// - Parameter position: gives each frame of the given size its sequence number and its predecessor's checksum.
    /// - Returns: the frames' bytes in order, and the chained checksum after the last.
    mutating func finish(nextSequence: UInt64, previousChecksum: UInt32) -> (frames: [ByteBuffer], checksum: UInt32) {
        var sequence = nextSequence
        var previous = previousChecksum
        var slices: [(start: Int, length: Int)] = []
        for (index, frame) in frames.enumerated() {
            let end = index + 1 < frames.count ? frames[index + 1].start : buffer.writerIndex
            buffer.setInteger(JournalFormat.magic, at: frame.start)
            buffer.setInteger(sequence, at: frame.start + 8)
            buffer.setInteger(UInt32(end - frame.start), at: frame.start + 16)
            buffer.setInteger(UInt32(frame.entryHeaders.count), at: frame.start + 20)
            buffer.setInteger(previous, at: frame.start + 24)
            buffer.setInteger(UInt32(index), at: frame.start + 28)
            previous = buffer.withUnsafeReadableBytes { bytes in
                var checksum: UInt32 = 0
                func update(_ start: Int, _ count: Int) {
                    checksum = CRC32C.checksum(
                        UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]), seed: checksum)
                }
                update(
                    frame.start + JournalFormat.checkedFrom, JournalFormat.frameHeaderBytes - JournalFormat.checkedFrom)
                for header in frame.entryHeaders { update(header, JournalFormat.entryHeaderBytes) }
                return checksum
            }
            buffer.setInteger(previous, at: frame.start + 4)
            slices.append((frame.start, end - frame.start))
            sequence += 1
        }
        let buffers = slices.map { buffer.getSlice(at: $0.start, length: $0.length) ?? ByteBuffer() }
        return (buffers, previous)
    }
}
