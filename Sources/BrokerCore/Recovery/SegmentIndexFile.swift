import BrokerStorage
import KafkaProtocol
import NIOCore

/// The file beside a closed segment that spares scanning it at start: the segment's description, with its index.
///
/// Not needed for correctness: one that is missing, damaged or about another size of the segment is made again from the
/// segment itself.
enum SegmentIndexFile {
    /// The closed segment in a log file, from its index file or by scanning it. One that was scanned counts as appended
    /// `now`: its records' timestamps do not tell when they came, and nothing may be deleted too early.
    static func load(
        baseOffset: Int64, directory: String, from files: some StorageFiles, now: Int64, damage: (String) -> Void
    ) throws(StorageError) -> Segment {
        let logFile = SegmentName.log(baseOffset, in: directory)
        let size = try files.size(logFile) ?? 0
        let indexFile = SegmentName.index(baseOffset, in: directory)
        if let indexSize = try files.size(indexFile) {
            let bytes = try files.read(indexFile, at: 0, count: indexSize)
            // A damaged index is no loss: the scan below replaces it.
            if let segment = try? Segment(decoding: bytes, file: indexFile), segment.size == size,
                segment.baseOffset == baseOffset
            {
                return segment
            }
        }
        let segment = try scan(
            baseOffset: baseOffset, directory: directory, size: size, from: files, now: now, damage: damage)
        // Without it, for want of space perhaps, the next start scans again.
        try? files.write(indexFile, at: 0, [segment.encoded()])
        return segment
    }

    /// The segment that the first `size` bytes of a log file make.
    static func scan(
        baseOffset: Int64, directory: String, size: Int, from files: some StorageFiles, now: Int64,
        damage: (String) -> Void
    ) throws(StorageError) -> Segment {
        let file = SegmentName.log(baseOffset, in: directory)
        var segment = Segment(baseOffset: baseOffset, createdAt: now)
        var scanner = SegmentScanner(files: files, file: file, position: 0, end: size, firstOffset: baseOffset)
        while let batch = try scanner.next() { segment.append(stored: batch) }
        if let problem = scanner.problem { damage("\(file) at byte \(scanner.position): \(problem)") }
        return segment
    }
}
