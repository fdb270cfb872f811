/// Which files below a data directory are what, for whoever copies them.
package enum DataFiles {
    /// From which frame of the journal on everything is needed.
    package static var checkpoint: String { Checkpoint.file }
    /// The directory of the journal's files.
    package static var journal: String { JournalFiles.directory }
    /// The directories below which the logs are.
    package static let logs = ["internal", "topics"]

    /// Whether a name in a log's directory is that of a segment or of its index.
    package static func isSegment(_ name: String) -> Bool {
        name.hasSuffix(SegmentName.logSuffix) || name.hasSuffix(SegmentName.indexSuffix)
    }

    /// Whether it is one that compaction writes, and a start removes.
    package static func isUnfinished(_ name: String) -> Bool { name.hasSuffix(CompactionJob.cleanedSuffix) }
}
