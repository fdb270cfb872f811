/// How far a compacted log has been compacted.
struct CompactionState: Hashable, Sendable {
    /// Offsets below were looked at for duplicates of their keys.
    var compactedOffset: Int64 = 0
    /// Abort markers below can go: the aborted records are gone, and no checkpoint knows of them any more.
    var droppableMarkersEnd: Int64 = 0
    var isRunning = false
}
