import KafkaRecords
import NIOCore

/// Records of one partition, encoded as they come, behind room for the batch's header.
///
/// A record is copied once, to where it stays until it is on the wire, and nothing is allocated for it.
struct BatchBuffer {
    private static let room: [UInt8] = Array(repeating: 0, count: RecordBatchHeader.size)
    /// The most bytes that a record takes beside key, value and headers: length, attributes, deltas and lengths.
    static let recordOverhead = 5 + 1 + 10 + 5 + 5 + 5 + 5

    private var bytes: ByteBuffer
    private(set) var recordCount: Int32 = 0
    private(set) var baseTimestamp: Int64 = -1
    private(set) var maxTimestamp: Int64 = -1

    init(capacity: Int) {
        bytes = ByteBufferAllocator().buffer(capacity: max(capacity, RecordBatchHeader.size))
        bytes.writeBytes(Self.room)
    }

    /// With the header, before compression.
    var byteCount: Int { bytes.readableBytes }

    /// More than the record will take.
    static func bound(_ record: RecordView) -> Int {
        let headers = record.headers.reduce(0) { $0 + 10 + $1.name.utf8.count + ($1.value?.count ?? 0) }
        return recordOverhead + (record.key?.count ?? 0) + (record.value?.count ?? 0) + headers
    }

    /// What the record may need of `buffer.memory`, in a batch of its own.
    static func room(for record: RecordView) -> Int { bound(record) + RecordBatchHeader.size }

    mutating func append(_ record: RecordView) {
        if recordCount == 0 { baseTimestamp = record.timestamp }
        let timestampDelta = record.timestamp &- baseTimestamp
        let delta = recordCount
        var length = 1 + Varint.size(timestampDelta) + Varint.size(Int64(delta))
        length += Varint.size(field: record.key?.count) + Varint.size(field: record.value?.count)
        length += Varint.size(Int64(record.headers.count))
        for header in record.headers {
            length += Varint.size(field: header.name.utf8.count) + Varint.size(field: header.value?.count)
        }
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: length + Varint.size(Int64(length))) { space in
            var writer = RecordWriter(space)
            writer.varint(Int64(length))
            writer.byte(0)
            writer.varint(timestampDelta)
            writer.varint(Int64(delta))
            writer.field(record.key)
            writer.field(record.value)
            writer.varint(Int64(record.headers.count))
            for header in record.headers { writer.header(header) }
            return writer.position
        }
        recordCount += 1
        maxTimestamp = max(maxTimestamp, record.timestamp)
    }

    /// The finished batch, without producer id, sequence and checksum: ``ProducedBatch/stamp(_:)`` adds them.
    mutating func finish(_ compression: Compression) -> (header: RecordBatchHeader, bytes: ByteBuffer) {
        let compression = pack(compression)
        var header = RecordBatchHeader()
        header.batchLength = Int32(bytes.readableBytes - RecordBatchHeader.lengthOverhead)
        header.attributes = RecordAttributes(compression: compression)
        header.lastOffsetDelta = recordCount - 1
        header.baseTimestamp = baseTimestamp
        header.maxTimestamp = maxTimestamp
        header.recordCount = recordCount
        return (header, bytes)
    }

    /// Compresses the records, unless that makes them larger.
    private mutating func pack(_ compression: Compression) -> Compression {
        let size = bytes.readableBytes - RecordBatchHeader.size
        guard compression != .none,
            let records = bytes.getSlice(at: bytes.readerIndex + RecordBatchHeader.size, length: size),
            // A codec that fails leaves the records as they are, which every reader takes as well.
            let packed = try? compression.compress(records), packed.readableBytes < size
        else { return .none }
        bytes.moveWriterIndex(to: bytes.readerIndex + RecordBatchHeader.size)
        bytes.writeImmutableBuffer(packed)
        return compression
    }
}
