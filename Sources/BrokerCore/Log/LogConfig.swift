/// The settings of one topic that its logs act on.
package struct LogConfig: Hashable, Sendable {
    /// How long a record is kept, in milliseconds; -1 for no limit.
    package var retentionMilliseconds: Int64 = 7 * 24 * 3600 * 1000
    /// How many bytes a partition keeps; -1 for no limit.
    package var retentionBytes: Int64 = -1
    package var segmentBytes: Int = 128 << 20
    /// The age at which a segment is closed even if it is not full.
    package var segmentMilliseconds: Int64 = 7 * 24 * 3600 * 1000
    /// Whether old segments are deleted.
    package var deletes = true
    /// Whether only the latest record of each key is kept.
    package var compacts = false
    /// How long a tombstone stays after it was compacted, in milliseconds.
    package var deleteRetentionMilliseconds: Int64 = 24 * 3600 * 1000
    /// How old a record must be before compaction may remove it, in milliseconds.
    package var minCompactionLagMilliseconds: Int64 = 0
    /// The part of a log that must be uncompacted before it is worth compacting, 0...1.
    package var minCleanableRatio = 0.5
    /// The largest batch that is accepted, in bytes.
    package var maxMessageBytes = 1_048_588
    /// Whether the broker's clock sets the timestamps.
    package var usesLogAppendTime = false
}
