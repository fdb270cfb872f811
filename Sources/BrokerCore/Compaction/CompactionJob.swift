import BrokerStorage
import KafkaProtocol
import KafkaRecords
import NIOCore

/// Rewrites closed segments of one log without the records that later ones of the same key have replaced.
///
/// Reads the segments, writes new files beside them and synchronizes those; putting them in place is the core's, so
/// that no read that is under way sees a file change beneath it. Every record keeps its offset. A batch of which no
/// record stays is left out, and a segment may come to be empty; only the last batch of all always stays, so that a
/// reader gets to the log's end.
struct CompactionJob: StorageJob {
    static let cleanedSuffix = ".cleaned"
    /// The most keys that are distinguished in one run; a run that meets more ends its range there.
    static let maximumKeys = 1_000_000

    var directory: String
    /// Adjacent closed segments, oldest first.
    var sources: [Segment]
    /// Offsets from here on may replace others.
    var dirtyFrom: Int64
    /// Milliseconds since 1970, the broker's clock.
    var now: Int64
    /// How long tombstones stay after a compaction has met them for the first time.
    var deleteRetentionMilliseconds: Int64
    var aborted: [TransactionIndex.Aborted]
    /// Abort markers below go.
    var droppableMarkersEnd: Int64
    /// Segments that are small after compaction are merged up to this size.
    var segmentBytes: Int
    var maximumDecompressedBytes: Int
    var maximumKeys = CompactionJob.maximumKeys

    /// What takes the place of some segments.
    struct Replacement: Hashable, Sendable {
        /// Base offsets of the segments that it replaces; the first one is its own.
        var replaced: [Int64]
        var segment: Segment
        /// Where its bytes are for now.
        var file: String
    }

    struct Done: StorageJobResult {
        var replacements: [Replacement]
        /// Everything below was looked at.
        var compactedOffset: Int64
        var bytesBefore: Int
        var bytesAfter: Int
    }

    func run(on files: some StorageFiles) throws(StorageError) -> any StorageJobResult {
        var keys = KeyMap()
        let end = try collectKeys(&keys, files)
        let covered = sources.filter { $0.lastOffset < end }
        let lastOffset = covered.last { $0.size > 0 }?.lastOffset ?? -1
        var writer = CompactionFilter(job: self, keys: keys)
        var done = Done(replacements: [], compactedOffset: end, bytesBefore: 0, bytesAfter: 0)
        for group in groups(covered) {
            guard let replacement = try rewrite(group, lastOffset, &writer, files) else { continue }
            done.replacements.append(replacement)
            done.bytesBefore += group.reduce(0) { $0 + $1.size }
            done.bytesAfter += replacement.segment.size
        }
        return done
    }

    /// Reads the batches of a segment.
    func scan(
        _ source: Segment, _ files: some StorageFiles, _ body: (RecordBatch) throws(StorageError) -> Void
    ) throws(StorageError) {
        let file = SegmentName.log(source.baseOffset, in: directory)
        var scanner = SegmentScanner(
            files: files, file: file, position: 0, end: source.size, firstOffset: source.baseOffset)
        try scanner.forEach(body)
    }

    func isAborted(_ batch: RecordBatchHeader) -> Bool {
        batch.attributes.isTransactional
            && aborted.contains {
                $0.producerID == batch.producerID && $0.firstOffset <= batch.baseOffset
                    && batch.lastOffset < $0.lastOffset
            }
    }

    // MARK: First pass

    /// The latest offset of every key in the part that was not compacted yet.
    ///
    /// - Returns: where the part ends that the map covers: always at the end of a segment.
    private func collectKeys(_ keys: inout KeyMap, _ files: some StorageFiles) throws(StorageError) -> Int64 {
        var end = dirtyFrom
        for source in sources {
            if source.lastOffset >= dirtyFrom {
                if keys.count >= maximumKeys, end > dirtyFrom { return end }
                try scan(source, files) { (batch) throws(StorageError) in
                    guard batch.header.lastOffset >= dirtyFrom, !batch.header.attributes.isControl,
                        !isAborted(batch.header)
                    else { return }
                    try forEachRecord(batch) { record in
                        if let key = record.key { keys.note(key, offset: batch.offset(of: record)) }
                    }
                }
            }
            end = max(end, source.lastOffset + 1)
        }
        return end
    }

    private func forEachRecord(_ batch: RecordBatch, _ body: (Record) -> Void) throws(StorageError) {
        do {
            var reader = try batch.records(maximumDecompressedBytes: maximumDecompressedBytes)
            while let record = try reader.next() { body(record) }
        } catch {
            throw .corrupt(directory, "the batch at offset \(batch.header.baseOffset): \(error)")
        }
    }

    // MARK: Second pass

    /// Segments that fit into one, by their present sizes.
    private func groups(_ sources: [Segment]) -> [[Segment]] {
        var groups: [[Segment]] = []
        var bytes = 0
        for source in sources {
            if let first = groups.last?.first, bytes + source.size <= segmentBytes,
                source.lastOffset - first.baseOffset < Int64(Int32.max)
            {
                groups[groups.count - 1].append(source)
                bytes += source.size
            } else {
                groups.append([source])
                bytes = source.size
            }
        }
        return groups
    }

    /// Writes a group's segments again; nil if there is nothing to gain. `lastOffset` is that of the last batch of all
    /// groups.
    private func rewrite(
        _ group: [Segment], _ lastOffset: Int64, _ filter: inout CompactionFilter, _ files: some StorageFiles
    ) throws(StorageError) -> Replacement? {
        let file = SegmentName.log(group[0].baseOffset, in: directory) + Self.cleanedSuffix
        try files.truncate(file, to: 0)
        var output = CompactedSegmentWriter(
            file: file, baseOffset: group[0].baseOffset, createdAt: group[0].createdAt,
            appendedAt: group.map(\.appendedAt).max() ?? now)
        var changed = group.count > 1
        for source in group {
            try scan(source, files) { (batch) throws(StorageError) in
                let kept = try filter.filter(batch, isLast: batch.header.lastOffset == lastOffset)
                if kept?.bytes != batch.bytes { changed = true }
                if let kept { try output.write(kept, files) }
            }
        }
        guard changed else {
            try files.delete(file)
            return nil
        }
        try output.finish(files)
        return Replacement(replaced: group.map(\.baseOffset), segment: output.segment, file: file)
    }
}

/// Writes batches to a new segment file, many at a time.
private struct CompactedSegmentWriter {
    private let file: String
    private(set) var segment: Segment
    private var chunks: [ByteBuffer] = []
    private var chunkBytes = 0
    private var written = 0

    init(file: String, baseOffset: Int64, createdAt: Int64, appendedAt: Int64) {
        self.file = file
        self.segment = Segment(baseOffset: baseOffset, createdAt: createdAt)
        segment.appendedAt = appendedAt
    }

    mutating func write(_ batch: RecordBatch, _ files: some StorageFiles) throws(StorageError) {
        segment.append(stored: batch)
        chunks.append(batch.bytes)
        chunkBytes += batch.header.totalBytes
        if chunkBytes >= 1 << 20 { try flush(files) }
    }

    private mutating func flush(_ files: some StorageFiles) throws(StorageError) {
        guard !chunks.isEmpty else { return }
        try files.write(file, at: written, chunks)
        written += chunkBytes
        chunks = []
        chunkBytes = 0
    }

    mutating func finish(_ files: some StorageFiles) throws(StorageError) {
        try flush(files)
        try files.synchronize(file)
    }
}
