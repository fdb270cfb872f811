/// Which offsets of one partition belong to transactions that are open, ended or aborted.
struct TransactionIndex: Hashable, Sendable {
    /// A transaction that was aborted, as a read-committed consumer needs to know it.
    struct Aborted: Hashable, Sendable {
        var producerID: Int64 = -1
        var firstOffset: Int64 = 0
        /// The offset of its marker.
        var lastOffset: Int64 = 0
    }

    /// A transaction whose marker is appended but perhaps not yet durable.
    private struct Ending: Hashable, Sendable {
        var firstOffset: Int64
        var markerOffset: Int64
    }

    /// First offsets of open transactions, ascending: there are never many.
    private(set) var open: [Int64] = []
    private var ending: [Ending] = []
    /// In the order of their markers.
    private(set) var aborted: [Aborted] = []

    mutating func begin(firstOffset: Int64) {
        // Transactions open at the log's end, so this keeps the order.
        open.append(firstOffset)
    }

    mutating func end(producerID: Int64, firstOffset: Int64, markerOffset: Int64, committed: Bool) {
        if let index = open.firstIndex(of: firstOffset) { open.remove(at: index) }
        ending.append(Ending(firstOffset: firstOffset, markerOffset: markerOffset))
        if !committed {
            aborted.append(Aborted(producerID: producerID, firstOffset: firstOffset, lastOffset: markerOffset))
        }
    }

    /// Forgets ends whose markers are durable.
    mutating func settle(highWatermark: Int64) {
        if !ending.isEmpty { ending.removeAll { $0.markerOffset < highWatermark } }
    }

    /// The offset up to which every transaction's outcome is known and durable.
    func lastStableOffset(highWatermark: Int64) -> Int64 {
        var stable = highWatermark
        if let first = open.first { stable = min(stable, first) }
        for end in ending { stable = min(stable, end.firstOffset) }
        return stable
    }

    /// The aborted transactions with offsets in the range.
    func aborted(overlapping range: Range<Int64>) -> [Aborted] {
        var low = 0
        var high = aborted.count
        while low < high {
            let middle = (low + high) / 2
            if aborted[middle].lastOffset < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return aborted[low...].filter { $0.firstOffset < range.upperBound }
    }

    /// Forgets aborted transactions that lie wholly before the offset: the log's start, or where compaction has been.
    mutating func prune(before offset: Int64) {
        guard let first = aborted.first, first.lastOffset < offset else { return }
        aborted.removeAll { $0.lastOffset < offset }
    }

    mutating func restore(open: [Int64], aborted: [Aborted]) {
        self.open = open
        self.aborted = aborted
    }
}
