import NIOCore

@testable import BrokerCore
@testable import BrokerStorage
@testable import KafkaProtocol
@testable import KafkaRecords

/// The files beside the journal: what they hold is read or refused, and a damaged segment is cut, never followed.
enum StoredFileProperties {
    private static let file = "file"

    static func check(_ input: UnsafeRawBufferPointer) throws {
        let bytes = Array(input)
        try checkDecoding(bytes)
        try checkSegment(bytes)
        try checkStart(bytes)
        guard bytes.count >= 12 else { return }
        var mended = bytes
        let body = mended.count - 4
        let checksum = mended.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[..<body])) }
        BatchMending.put(checksum, &mended, body)
        try checkDecoding(mended)
        try checkStart(mended)
        mended = bytes
        mendSegment(&mended)
        try checkSegment(mended)
    }

    private static func checkDecoding(_ bytes: [UInt8]) throws {
        let buffer = ByteBuffer(bytes: bytes)
        do {
            let checkpoint = try Checkpoint(decoding: buffer)
            let again = try Checkpoint(decoding: checkpoint.encoded())
            try require(again == checkpoint, "a checkpoint reads back as another one")
        } catch let error as StorageError {
            try require(error.code == .corrupt && !error.detail.isEmpty, "a checkpoint is refused without a reason")
        }
        do {
            let segment = try Segment(decoding: buffer, file: file)
            let again = try Segment(decoding: segment.encoded(), file: file)
            try require(again == segment, "an index reads back as another one")
        } catch is StorageError {}
    }

    /// A start with these bytes as the checkpoint ends in a state or an error.
    private static func checkStart(_ bytes: [UInt8]) throws {
        guard bytes.count <= 64 << 10 else { return }
        let files = try JournalProperties.newDirectory()
        files.all[Checkpoint.file] = bytes
        do { _ = try JournalProperties.run(files) } catch {
            try require(!error.detail.isEmpty, "an error without a reason")
        }
    }

    /// Scanning a segment gives batches that are whole, in a file of which nothing is read twice.
    private static func checkSegment(_ bytes: [UInt8]) throws {
        let files = MemoryFiles()
        files.all["log/" + file] = bytes
        var scanner = SegmentScanner(files: files, file: "log/" + file, position: 0, end: bytes.count, firstOffset: 0)
        var position = 0
        while let batch = try scanner.next() {
            try batch.verifyChecksum()
            position += batch.header.totalBytes
            try require(scanner.position == position, "a scan lost its place")
        }
        try require((scanner.problem == nil) == (scanner.position == bytes.count), "a scan ends without a reason")
        files.all = [SegmentName.log(0, in: "log"): bytes]
        // As a start does it for a closed segment without its index.
        var damage: String?
        let segment = try SegmentIndexFile.load(baseOffset: 0, directory: "log", from: files, now: 1_700_000_000_000) {
            damage = $0
        }
        try require(segment.size <= bytes.count, "a segment is larger than its file")
        try require(damage != nil || segment.size == bytes.count, "a part of a segment is left out")
        try require(segment.lastOffset >= -1, "a segment ends before it begins")
    }

    private static func mendSegment(_ bytes: inout [UInt8]) {
        var start = 0
        while bytes.count - start >= RecordBatchHeader.size {
            let batch = bytes[start...].withUnsafeBytes { RecordBatchHeader(unchecked: $0) }
            var size = batch.totalBytes
            if size < RecordBatchHeader.size || size > bytes.count - start { size = bytes.count - start }
            BatchMending.mend(&bytes, start..<start + size)
            start += size
        }
    }
}
