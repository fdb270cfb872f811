import GRDB

/// The runs of a filter's keys in all segments as one, in the order of a list.
///
/// Segments are opened as the list comes to the time that they hold: a page opens few of them.
struct RunMerge {
    /// With more keys in one segment than this a filter is so wide that walking all orders finds it sooner.
    static let maximumRuns = 512

    /// The filter has too many keys.
    struct TooWide: Error {}

    private struct Head {
        let place: OrderWalk.Place
        let run: Int
    }

    private let range: SearchRange
    /// The keys of the filter that a segment has.
    private let keys: (SearchSegment) throws -> [Int64]
    /// The one to be opened next is last.
    private var unopened: [SearchSegment]
    private var runs: [SearchRun] = []
    /// A binary heap: the run whose entry comes first is in front. Runs that have ended are taken out.
    private var heap: [Head] = []
    /// The run in front has no entry left of the chunk that was read.
    private var isSpent = false
    private var scratch: [SearchEntry] = []
    /// What was done so far, in steps of one entry.
    private(set) var work = 0

    /// - Parameter noted: entries of the notes, in the list's order.
    init(
        _ range: SearchRange, segments: [SearchSegment], noted: [SearchEntry],
        keys: @escaping (SearchSegment) throws -> [Int64]
    ) {
        self.range = range
        self.keys = keys
        unopened = segments.filter(range.overlaps).sorted {
            let (left, right) = (range.firstMoment($0), range.firstMoment($1))
            return range.isDescending ? left < right : right < left
        }
        guard let first = noted.first else { return }
        runs = [SearchRun(noted)]
        heap = [Head(place: first.place, run: 0)]
    }

    /// The entry that comes next; nil after the last.
    mutating func peek(_ db: Database) throws -> SearchEntry? {
        if isSpent {
            work += SearchRun.workOfChunk
            try runs[heap[0].run].fill(range, &scratch, db)
            replaceFirst()
        }
        while let next = unopened.last, isDue(next) {
            unopened.removeLast()
            try open(next, db)
        }
        return heap.first.flatMap { runs[$0.run].first }
    }

    /// The age of the segment that the next entry is of; of what is noted the highest.
    var age: Int64 { heap.first.map { runs[$0.run].age } ?? .max }

    /// Goes beyond the entry that ``peek(_:)`` returned.
    mutating func advance() {
        work += 1
        runs[heap[0].run].advance()
        if runs[heap[0].run].first == nil { isSpent = true } else { replaceFirst() }
    }

    /// Goes on to the place, or to what follows on it.
    mutating func skip(to place: OrderWalk.Place, _ db: Database) throws {
        while let entry = try peek(db), range.isBefore(entry.place, place) {
            let chunks = try runs[heap[0].run].skip(to: place, range, &scratch, db)
            work += 1 + chunks * SearchRun.workOfChunk
            replaceFirst()
        }
    }

    /// Whether the segment may have an entry that comes before all others.
    private func isDue(_ segment: SearchSegment) -> Bool {
        guard let moment = heap.first?.place.moment else { return true }
        let first = range.firstMoment(segment)
        return range.isDescending ? first >= moment : first <= moment
    }

    private mutating func open(_ segment: SearchSegment, _ db: Database) throws {
        let keys = try keys(segment)
        guard keys.count <= Self.maximumRuns else { throw TooWide() }
        work += keys.count * SearchRun.workOfChunk
        for key in keys {
            var run = try SearchRun(segment, key: key, range, db)
            try run.fill(range, &scratch, db)
            guard let first = run.first else { continue }
            runs.append(run)
            heap.append(Head(place: first.place, run: runs.count - 1))
            rise(from: heap.count - 1)
        }
    }

    /// After the run in front has gone on, or has ended.
    private mutating func replaceFirst() {
        isSpent = false
        let run = heap[0].run
        if let first = runs[run].first {
            sink(Head(place: first.place, run: run))
        } else if let moved = heap.popLast(), !heap.isEmpty {
            sink(moved)
        }
    }

    private mutating func rise(from start: Int) {
        var child = start
        while child > 0, range.isBefore(heap[child].place, heap[(child - 1) / 2].place) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Puts the head in front, or below what comes before it.
    private mutating func sink(_ head: Head) {
        heap.withUnsafeMutableBufferPointer { heap in
            var hole = 0
            while true {
                var child = 2 * hole + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, range.isBefore(heap[child + 1].place, heap[child].place) { child += 1 }
                guard range.isBefore(heap[child].place, head.place) else { break }
                heap[hole] = heap[child]
                hole = child
            }
            heap[hole] = head
        }
    }
}
