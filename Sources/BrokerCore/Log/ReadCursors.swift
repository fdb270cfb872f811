/// Remembers where the last few readers of a log stopped: an offset and the position of the batch that starts there.
///
/// A consumer that reads old segments in order asks for the offset after its last batch, so its next read starts
/// exactly.
struct ReadCursors {
    private static let limit = 8

    private struct Cursor {
        var offset: Int64
        var segmentBaseOffset: Int64
        var position: Int
    }

    private var cursors: [Cursor] = []

    mutating func note(offset: Int64, segmentBaseOffset: Int64, position: Int) {
        if cursors.count == Self.limit { cursors.removeFirst() }
        cursors.append(Cursor(offset: offset, segmentBaseOffset: segmentBaseOffset, position: position))
    }

    /// Where to read on for the offset, if somebody stopped there.
    mutating func take(offset: Int64, segmentBaseOffset: Int64) -> Int? {
        guard
            let index = cursors.firstIndex(where: { $0.offset == offset && $0.segmentBaseOffset == segmentBaseOffset })
        else { return nil }
        return cursors.remove(at: index).position
    }
}
