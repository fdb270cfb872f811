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
    /// Reading a chunk takes as long as going through so many entries.
    static let workOfChunk = 256

    private let segment: SearchSegment?
    private let key: Int64
    private var entries: [SearchEntry]
    private var next = 0
    /// The chunk to go on with; nil after the last.
    private var nextChunk: Int64?

    /// Entries that are known already.
    init(_ entries: [SearchEntry]) {
        (segment, key, nextChunk) = (nil, 0, nil)
        self.entries = entries
    }

    init(_ segment: SearchSegment, key: Int64, _ range: SearchRange, _ db: Database) throws {
        (self.segment, self.key, entries) = (segment, key, [])
        nextChunk = segment.chunks > 0 ? try segment.chunk(key: key, place: range.start, db) : nil
    }

    /// nil at the end of what was read: see ``fill(_:_:_:)``.
    var first: SearchEntry? { next < entries.count ? entries[next] : nil }

    /// The highest for what is noted.
    var age: Int64 { segment?.ages.upperBound ?? .max }

    mutating func advance() { next += 1 }

    /// Reads on where there are no entries left. `scratch` is overwritten.
    mutating func fill(_ range: SearchRange, _ scratch: inout [SearchEntry], _ db: Database) throws {
        while next >= entries.count, let segment, let chunk = nextChunk {
            try segment.read(chunk: chunk, into: &scratch, db)
            let lower = scratch.firstPlace { $0.key >= key }
            let upper = scratch.firstPlace { $0.key > key }
            (entries, next) = (scratch[lower..<upper].filter { range.contains($0.place) }, 0)
            let isEnd: Bool
            if range.isDescending {
                entries.reverse()
                isEnd = lower > 0 || upper == 0 || range.isBeyondEnd(scratch[0].moment) || chunk == 0
            } else {
                // Where the chunk ends before the key, the next one may begin with it.
                isEnd =
                    upper < scratch.count || chunk + 1 == segment.chunks
                    || (lower < upper && range.isBeyondEnd(scratch[upper - 1].moment))
            }
            nextChunk = isEnd ? nil : chunk + (range.isDescending ? -1 : 1)
        }
    }

    /// Leaves out what comes before the place. Chunks in between are not read. Returns how many were.
    mutating func skip(
        to place: OrderWalk.Place, _ range: SearchRange, _ scratch: inout [SearchEntry], _ db: Database
    ) throws -> Int {
        var chunks = 0
        while true {
            skip(to: place, range)
            guard next >= entries.count, let segment, let chunk = nextChunk else { return chunks }
            let there = try segment.chunk(key: key, place: place, db)
            nextChunk = range.isDescending ? min(chunk, there) : max(chunk, there)
            chunks += 1
            try fill(range, &scratch, db)
        }
    }

    /// Among the entries that were read: first those close by.
    private mutating func skip(to place: OrderWalk.Place, _ range: SearchRange) {
        var step = 1
        while next + step < entries.count, range.isBefore(entries[next + step - 1].place, place) {
            next += step
            step *= 2
        }
        let end = min(next + step, entries.count)
        next += entries[min(next, end)..<end].firstPlace { !range.isBefore($0.place, place) }
    }
}

extension RandomAccessCollection<SearchEntry> where Index == Int {
    /// How many come before the first for which the condition holds, as it does for all that follow it.
    fileprivate func firstPlace(_ holds: (SearchEntry) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[startIndex + middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
