/// How far a compacted log has been compacted.
struct CompactionState: Hashable, Sendable {
    /// Offsets below were looked at for duplicates of their keys.
    var compactedOffset: Int64 = 0
    /// Abort markers below can go: the aborted records are gone, and no checkpoint knows of them any more.
    var droppableMarkersEnd: Int64 = 0
    /// Segments before this one were closed in the last checkpoint that is on disk. Later ones must stay as they are,
    /// since recovery goes on from where that checkpoint saw their ends.
    var closedBefore: Int64 = 0
    /// Base offsets of segments that are no part of the log any more, and whose files may still be there. The next
    /// start could take them for a part of it, so nothing may rely on it yet that their records are gone.
    var leftovers: Set<Int64> = []
}
