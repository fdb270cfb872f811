import BrokerStorage
import KafkaProtocol
import KafkaRecords
import NIOCore

/// Reads the batches of a segment file one after the other, checking each.
struct SegmentScanner<Files: StorageFiles> {
    private let files: Files
    private let file: String
    private let end: Int
    /// Where the next batch is expected.
    private(set) var position: Int
    /// The least offset that the next batch may have.
    private var nextOffset: Int64
    /// Why the scan ended before the end, nil if it did not.
    private(set) var problem: String?

    private var window = ByteBuffer()
    private var windowStart = 0

    static var readBytes: Int { 1 << 20 }

    /// - Parameter firstOffset: what the first batch from `position` on may have at least: the segment's base offset,
    ///   from its start.
    init(files: Files, file: String, position: Int, end: Int, firstOffset: Int64) {
        self.files = files
        self.file = file
        self.position = position
        self.end = end
        self.nextOffset = firstOffset
    }

    /// The next batch, nil at the end or at the first damaged one (see ``problem``).
    mutating func next() throws(StorageError) -> RecordBatch? {
        guard problem == nil, position < end else { return nil }
        guard let header = try bytes(RecordBatchHeader.size) else { return fail("a batch header is cut short") }
        let total = header.withUnsafeReadableBytes { RecordBatchHeader(unchecked: $0) }.totalBytes
        guard total >= RecordBatchHeader.size, var whole = try bytes(total) else {
            return fail("a batch of \(total) bytes is cut short or impossible")
        }
        do {
            guard let batch = try RecordBatch.next(from: &whole) else { return fail("a batch is cut short") }
            try batch.verifyChecksum()
            try batch.header.checkStored(from: nextOffset)
            position += total
            nextOffset = batch.header.nextOffset
            return batch
        } catch {
            return fail("\(error)")
        }
    }

    /// Hands over every batch, in order.
    ///
    /// - Throws: ``StorageError/Code/corrupt`` at a damaged one; what `body` throws.
    mutating func forEach(_ body: (RecordBatch) throws(StorageError) -> Void) throws(StorageError) {
        while let batch = try next() { try body(batch) }
        if let problem { throw .corrupt(file, "at byte \(position): \(problem)") }
    }

    private mutating func fail(_ reason: String) -> RecordBatch? {
        problem = reason
        return nil
    }

    private mutating func bytes(_ count: Int) throws(StorageError) -> ByteBuffer? {
        guard count <= end - position else { return nil }
        let skip = position - windowStart
        if skip >= 0, let slice = window.getSlice(at: window.readerIndex + skip, length: count) { return slice }
        window = try files.read(file, at: position, count: min(end - position, max(count, Self.readBytes)))
        windowStart = position
        return window.getSlice(at: window.readerIndex, length: count)
    }
}
