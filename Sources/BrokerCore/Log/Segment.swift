import KafkaProtocol
import KafkaRecords

/// One file of a partition's log: record batches one after the other, as they are on the wire.
struct Segment: Hashable, Sendable {
    /// The first offset that the file may hold; it names the file.
    var baseOffset: Int64
    /// Bytes of batches, whether they are in the file yet or only in the journal and in memory.
    var size = 0
    /// The last offset that it holds, ``baseOffset`` - 1 while it is empty.
    var lastOffset: Int64
    /// The last offset of a batch of records, ``baseOffset`` - 1 while there is none: markers, which readers never see,
    /// may follow.
    var lastRecordOffset: Int64
    /// The greatest timestamp of a record, in milliseconds since 1970; markers do not count.
    var maxTimestamp: Int64 = .min
    /// When its first batch came: milliseconds since 1970, the broker's clock.
    var createdAt: Int64
    /// When its newest batch came: milliseconds since 1970, the broker's clock. Retention counts from here, since a
    /// record's own timestamp may lie anywhere.
    var appendedAt: Int64
    var index = SegmentIndex()
    /// Whether bytes were written to the file that may not have reached the device.
    var isDirty = false

    init(baseOffset: Int64 = 0, createdAt: Int64 = 0) {
        self.baseOffset = baseOffset
        self.lastOffset = baseOffset - 1
        self.lastRecordOffset = baseOffset - 1
        self.createdAt = createdAt
        self.appendedAt = createdAt
    }

    var isEmpty: Bool { size == 0 }

    /// How long ago its newest batch came, in milliseconds.
    func age(at now: Int64) -> Int64 { now - appendedAt }

    /// - Parameter maxTimestamp: that of the records, where it is not what the header says.
    mutating func append(_ batch: RecordBatchHeader, maxTimestamp recordTimestamp: Int64? = nil) {
        index.note(
            relativeOffset: batch.baseOffset - baseOffset, position: size, maxTimestampBefore: maxTimestamp)
        size += batch.totalBytes
        lastOffset = batch.lastOffset
        guard !batch.attributes.isControl else { return }
        lastRecordOffset = batch.lastOffset
        maxTimestamp = max(maxTimestamp, recordTimestamp ?? batch.maxTimestamp)
    }

    /// Takes a batch that is in a file already: an earlier version may have put it there without looking at what its
    /// header says.
    mutating func append(stored batch: RecordBatch) {
        append(batch.header, maxTimestamp: batch.maxTimestampOfRecords)
    }
}

/// The names of a log's files.
enum SegmentName {
    static let logSuffix = ".log"
    static let indexSuffix = ".index"

    static func log(_ baseOffset: Int64, in directory: String) -> String {
        directory + "/" + digits(baseOffset) + logSuffix
    }
    static func index(_ baseOffset: Int64, in directory: String) -> String {
        directory + "/" + digits(baseOffset) + indexSuffix
    }

    /// The base offset in a file's name, nil for another kind of file.
    static func baseOffset(ofLog name: String) -> Int64? {
        guard name.hasSuffix(logSuffix), name.utf8.count == 20 + logSuffix.utf8.count else { return nil }
        return Int64(name.dropLast(logSuffix.count))
    }

    /// Twenty digits, so that names sort as offsets do.
    private static func digits(_ offset: Int64) -> String {
        let text = String(offset)
        return String(repeating: "0", count: max(0, 20 - text.utf8.count)) + text
    }
}
