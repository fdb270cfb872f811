import GRDB

/// The part of a list by time that a page reads, and its direction.
struct SearchRange {
    let isDescending: Bool
    /// Entries at this place or before it in the list are left out.
    let start: OrderWalk.Place
    /// The moment that ends it: the last one going down, the first one beyond it going up.
    let end: Int64

    func isBefore(_ left: OrderWalk.Place, _ right: OrderWalk.Place) -> Bool {
        isDescending ? right < left : left < right
    }

    func isBeyondEnd(_ moment: Int64) -> Bool { isDescending ? moment < end : moment >= end }

    func contains(_ place: OrderWalk.Place) -> Bool { isBefore(start, place) && !isBeyondEnd(place.moment) }

    /// Whether the segment may have entries in it.
    func overlaps(_ segment: SearchSegment) -> Bool {
        isDescending
            ? segment.oldest <= start.moment && segment.newest >= end
            : segment.newest >= start.moment && segment.oldest < end
    }

    /// The moment in the segment that comes first in the list.
    func firstMoment(_ segment: SearchSegment) -> Int64 { isDescending ? segment.newest : segment.oldest }
}

/// Entries in the order of a list: those of one key in a segment, chunk by chunk, or those of the notes.
struct SearchRun {
    private let segment: SearchSegment?
    private let key: Int64
    private(set) var entries: ArraySlice<SearchEntry>
    /// The chunk to go on with; nil after the last.
    private var nextChunk: Int64?

    /// Entries that are known already.
    init(_ entries: [SearchEntry]) {
        (segment, key, nextChunk) = (nil, 0, nil)
        self.entries = entries[...]
    }

    init(_ segment: SearchSegment, key: Int64, _ range: SearchRange, _ db: Database) throws {
        (self.segment, self.key, entries) = (segment, key, [])
        nextChunk = segment.chunks > 0 ? try segment.chunk(key: key, place: range.start, db) : nil
    }

    mutating func removeFirst() { entries.removeFirst() }

    /// Reads on where there are no entries left. `scratch` is overwritten.
    mutating func fill(_ range: SearchRange, _ scratch: inout [SearchEntry], _ db: Database) throws {
        while entries.isEmpty, let segment, let chunk = nextChunk {
            try segment.read(chunk: chunk, into: &scratch, db)
            let lower = scratch.firstPlace { $0.key >= key }
            let upper = scratch.firstPlace { $0.key > key }
            let found = scratch[lower..<upper].filter { range.contains($0.place) }
            let isEnd: Bool
            if range.isDescending {
                entries = found.reversed()[...]
                isEnd = lower > 0 || upper == 0 || range.isBeyondEnd(scratch[0].moment) || chunk == 0
            } else {
                entries = found[...]
                // Where the chunk ends before the key, the next one may begin with it.
                isEnd =
                    upper < scratch.count || chunk + 1 == segment.chunks
                    || (lower < upper && range.isBeyondEnd(scratch[upper - 1].moment))
            }
            nextChunk = isEnd ? nil : chunk + (range.isDescending ? -1 : 1)
        }
    }
}

extension [SearchEntry] {
    /// The first place where the condition holds, which holds from there on; the count if there is none.
    fileprivate func firstPlace(_ holds: (SearchEntry) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
