import GRDB

/// The runs of a filter's keys in all segments as one, in the order of a list.
///
/// Segments are opened as the list comes to the time that they hold: a page opens few of them.
struct RunMerge {
    /// With more keys in one segment than this a filter is so wide that walking all orders finds it sooner.
    static let maximumRuns = 512

    /// The filter has too many keys.
    struct TooWide: Error {}

    private let range: SearchRange
    /// The keys of the filter that a segment has.
    private let keys: (SearchSegment) throws -> [Int64]
    /// The one to be opened next is last.
    private var unopened: [SearchSegment]
    /// A binary heap: the run whose entry comes first is in front. Runs that have ended are taken out.
    private var heap: [SearchRun]
    private var scratch: [SearchEntry] = []
    /// Runs that were opened.
    private(set) var opened = 0

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
        heap = noted.isEmpty ? [] : [SearchRun(noted)]
    }

    /// The entry that comes next; nil after the last.
    mutating func peek(_ db: Database) throws -> SearchEntry? {
        if let first = heap.first, first.entries.isEmpty {
            try heap[0].fill(range, &scratch, db)
            if heap[0].entries.isEmpty {
                heap[0] = heap[heap.count - 1]
                heap.removeLast()
            }
            sink(from: 0)
        }
        while let next = unopened.last, isDue(next) {
            unopened.removeLast()
            try open(next, db)
        }
        return heap.first?.entries.first
    }

    /// Goes beyond the entry that ``peek(_:)`` returned.
    mutating func advance() {
        heap[0].removeFirst()
        if !heap[0].entries.isEmpty { sink(from: 0) }
    }

    /// Whether the segment may have an entry that comes before all others.
    private func isDue(_ segment: SearchSegment) -> Bool {
        guard let moment = heap.first?.entries.first?.moment else { return true }
        let first = range.firstMoment(segment)
        return range.isDescending ? first >= moment : first <= moment
    }

    private mutating func open(_ segment: SearchSegment, _ db: Database) throws {
        let keys = try keys(segment)
        guard keys.count <= Self.maximumRuns else { throw TooWide() }
        opened += keys.count
        for key in keys {
            var run = try SearchRun(segment, key: key, range, db)
            try run.fill(range, &scratch, db)
            guard !run.entries.isEmpty else { continue }
            heap.append(run)
            rise(from: heap.count - 1)
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        guard let first = heap[left].entries.first, let second = heap[right].entries.first else { return false }
        return range.isBefore(first.place, second.place)
    }

    private mutating func rise(from start: Int) {
        var child = start
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func sink(from start: Int) {
        var parent = start
        while true {
            var first = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, first) {
                first = child
            }
            guard first != parent else { return }
            heap.swapAt(parent, first)
            parent = first
        }
    }
}
