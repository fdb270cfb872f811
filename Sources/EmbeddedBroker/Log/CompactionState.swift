/// How far a compacted log has been compacted.
struct CompactionState: Hashable, Sendable {
    /// Offsets below were looked at for duplicates of their keys.
    var compactedOffset: Int64 = 0
    var isRunning = false
    /// When the last run ended: milliseconds since 1970, the broker's clock.
    var lastRun: Int64 = 0
}
