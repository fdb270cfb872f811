/// Where in a segment file to start looking for an offset or a timestamp: one entry per ``intervalBytes`` of log.
struct SegmentIndex: Hashable, Sendable {
    static let intervalBytes = 64 * 1024

    struct Entry: Hashable, Sendable {
        /// The base offset of a batch, counted from the segment's base offset.
        var relativeOffset: UInt32 = 0
        /// Where in the file that batch starts.
        var position: UInt32 = 0
        /// The largest timestamp of all batches before this one, ``Int64/min`` for the first.
        var maxTimestampBefore: Int64 = .min
    }

    var entries: [Entry] = []

    mutating func note(relativeOffset: Int64, position: Int, maxTimestampBefore: Int64) {
        if let last = entries.last, position - Int(last.position) < Self.intervalBytes { return }
        entries.append(
            Entry(
                relativeOffset: UInt32(clamping: relativeOffset), position: UInt32(clamping: position),
                maxTimestampBefore: maxTimestampBefore))
    }

    /// A position at or before the batch that holds the offset.
    func position(relativeOffset: Int64) -> Int {
        let index = count { Int64($0.relativeOffset) <= relativeOffset }
        return index == 0 ? 0 : Int(entries[index - 1].position)
    }

    /// An offset (counted from the segment's base) at or before the first batch with this timestamp or a later one.
    func relativeOffset(timestamp: Int64) -> Int64 {
        let index = count { $0.maxTimestampBefore < timestamp }
        return index == 0 ? 0 : Int64(entries[index - 1].relativeOffset)
    }

    /// How many entries, all at the front, satisfy the condition.
    private func count(while condition: (Entry) -> Bool) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if condition(entries[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
