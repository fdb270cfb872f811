import KafkaProtocol
import KafkaRecords

/// A segment as a checkpoint and its index file describe it.
extension Segment: StoredFile {
    static let magic: UInt32 = 0x4F49_4458
    /// Index files of version 1 took timestamps as headers said them, and had no append times: they are made again.
    static let storedVersions: ClosedRange<Int16> = 2...2

    /// More than any file of the broker has: 1 TiB.
    static let maximumFileBytes = 1 << 40
    /// What a segment of a checkpoint of version 1 has in place of its ``appendedAt``: what else is missing or doubtful
    /// must be read from the file.
    static let unknownAppendTime = Int64.min

    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&baseOffset, &size, &lastOffset)
        if wire.version < 2 { (lastRecordOffset, appendedAt) = (lastOffset, Self.unknownAppendTime) }
        try wire.field(&lastRecordOffset, since: 2)
        try wire.fields(&maxTimestamp, &createdAt)
        try wire.field(&appendedAt, since: 2)
        try wire.field(&index.entries)
    }

    var isPossible: Bool {
        (0...Self.maximumFileBytes).contains(size) && RecordBatchHeader.isPlausible(baseOffset)
            && lastOffset <= RecordBatchHeader.maximumOffset && lastOffset >= baseOffset - 1
            && (baseOffset - 1...lastOffset).contains(lastRecordOffset)
    }
}

extension SegmentIndex.Entry: WireStructure {
    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&relativeOffset, &position, &maxTimestampBefore)
    }
}
