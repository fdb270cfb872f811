import BrokerStorage
import KafkaProtocol
import KafkaRecords
import NIOCore

/// Reads the journal's frames one after the other, from where a checkpoint says, across its files, until the first that
/// is not whole: there the journal ends.
struct JournalReader<Files: StorageFiles> {
    private let files: Files
    let fileNumbers: [UInt32]
    /// Where the next frame is expected.
    private(set) var position: JournalPosition
    /// The frames of the last commit, with their places: the only ones that may not have reached the device.
    private(set) var lastCommit: [(file: UInt32, offset: Int, bytes: ByteBuffer)] = []

    private var window = ByteBuffer()
    private var windowFile: UInt32?
    private var windowStart = 0

    /// How much is read at once.
    static var readBytes: Int { 1 << 20 }

    init(files: Files, fileNumbers: [UInt32], position: JournalPosition) {
        self.files = files
        self.fileNumbers = fileNumbers
        self.position = position
    }

    /// The entries of the next frame, nil at the journal's end.
    mutating func next() throws(StorageError) -> [JournalEntry]? {
        if let entries = try frame(at: position) { return entries }
        // The writer goes on at the start of another file when one is full.
        for number in fileNumbers where number != position.file {
            var candidate = position
            candidate.file = number
            candidate.offset = 0
            if let entries = try frame(at: candidate) { return entries }
        }
        return nil
    }

    private mutating func frame(at place: JournalPosition) throws(StorageError) -> [JournalEntry]? {
        guard let header = try bytes(place.file, place.offset, JournalFormat.frameHeaderBytes),
            let fields = header.getMultipleIntegers(
                at: header.readerIndex, as: (UInt32, UInt32, UInt64, UInt32, UInt32, UInt32, UInt32).self),
            fields.0 == JournalFormat.magic, fields.2 == place.nextSequence, fields.5 == place.previousChecksum,
            fields.3 >= JournalFormat.frameHeaderBytes,
            let frame = try bytes(place.file, place.offset, Int(fields.3)),
            let entries = Self.entries(of: frame, checksum: fields.1, count: fields.4)
        else { return nil }
        if fields.6 == 0 { lastCommit.removeAll() }
        lastCommit.append((place.file, place.offset, frame))
        position = JournalPosition(
            file: place.file, offset: place.offset + Int(fields.3), nextSequence: place.nextSequence + 1,
            previousChecksum: fields.1)
        return entries
    }

    /// The bytes at a place, nil if the file ends before.
    private mutating func bytes(_ file: UInt32, _ offset: Int, _ count: Int) throws(StorageError) -> ByteBuffer? {
        if windowFile == file, offset >= windowStart,
            let slice = window.getSlice(at: window.readerIndex + offset - windowStart, length: count)
        {
            return slice
        }
        let name = JournalFiles.name(file)
        guard let size = try files.size(name), size - offset >= count else { return nil }
        window = try files.read(name, at: offset, count: max(count, min(Self.readBytes, size - offset)))
        windowFile = file
        windowStart = offset
        return window.getSlice(at: window.readerIndex, length: count)
    }

    /// The entries of a frame, nil unless every checksum in it holds.
    static func entries(of frame: ByteBuffer, checksum: UInt32, count: UInt32) -> [JournalEntry]? {
        var rest = frame
        guard count <= UInt32(frame.readableBytes), let header = rest.readSlice(length: JournalFormat.frameHeaderBytes)
        else { return nil }
        var computed = header.withUnsafeReadableBytes {
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[JournalFormat.checkedFrom...]))
        }
        var entries: [JournalEntry] = []
        for _ in 0..<count {
            guard let raw = rest.readSlice(length: JournalFormat.entryHeaderBytes),
                let fields = raw.getMultipleIntegers(
                    at: raw.readerIndex, as: (UInt32, UInt32, Int64, UInt32, UInt32).self),
                let kind = JournalEntryKind(rawValue: fields.0),
                let data = rest.readSlice(length: Int(fields.3)),
                kind != .batch || isBatch(data, offset: fields.2, checksum: fields.4)
            else { return nil }
            computed = raw.withUnsafeReadableBytes { CRC32C.checksum($0, seed: computed) }
            entries.append(JournalEntry(kind: kind, logID: fields.1, offset: fields.2, data: data))
        }
        return computed == checksum && rest.readableBytes == 0 ? entries : nil
    }

    /// Whether the bytes are the batch that the entry's header describes, whole and unchanged.
    private static func isBatch(_ data: ByteBuffer, offset: Int64, checksum: UInt32) -> Bool {
        data.withUnsafeReadableBytes { bytes in
            guard bytes.count >= RecordBatchHeader.size else { return false }
            let batch = RecordBatchHeader(unchecked: bytes)
            return batch.magic == 2 && batch.totalBytes == bytes.count && batch.baseOffset == offset
                && batch.partitionLeaderEpoch == 0 && batch.checksum == checksum
                && RecordBatch.computeChecksum(bytes) == checksum
        }
    }
}
