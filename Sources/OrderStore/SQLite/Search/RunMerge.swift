import GRDB

/// Several runs of the search index as one, in the order of a list. Each is read in stretches.
struct RunMerge {
    struct Entry {
        let place: OrderWalk.Place
        let amount: Int64?
    }

    private struct Run {
        let key: Int64
        var entries: ArraySlice<Entry> = []
        /// Where the next stretch starts; nil after the end.
        var next: OrderWalk.Place?
    }

    private let isDescending: Bool
    private let end: Int64
    private let stretch: Int
    private let sql: String
    /// A binary heap: the run whose entry comes first is in front. Runs that have ended are taken out.
    private var heap: [Run]
    private var isFilled = false

    init(isDescending: Bool, start: OrderWalk.Place, end: Int64, keys: [Int64], stretch: Int) {
        self.isDescending = isDescending
        self.end = end
        self.stretch = stretch
        sql = SearchIndex.run(isDescending: isDescending)
        heap = keys.map { Run(key: $0, next: start) }
    }

    /// The entry that comes next; nil after the last.
    mutating func peek(_ db: Database) throws -> Entry? {
        if !isFilled {
            isFilled = true
            for place in heap.indices { heap[place] = try filled(heap[place], db) }
            heap.removeAll { $0.entries.isEmpty }
            for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(from: place) }
        } else if let first = heap.first, first.entries.isEmpty {
            heap[0] = try filled(heap[0], db)
            if heap[0].entries.isEmpty {
                heap[0] = heap[heap.count - 1]
                heap.removeLast()
            }
            sink(from: 0)
        }
        return heap.first?.entries.first
    }

    /// Goes beyond the entry that ``peek(_:)`` returned.
    mutating func advance() {
        heap[0].entries.removeFirst()
        if !heap[0].entries.isEmpty { sink(from: 0) }
    }

    private func filled(_ former: Run, _ db: Database) throws -> Run {
        var run = former
        guard let start = run.next else { return run }
        let statement = try RawStatement(db, sql)
        defer { statement.reset() }
        for (place, value) in [run.key, start.moment, start.id, end, Int64(stretch)].enumerated() {
            statement.bind(value, at: Int32(place + 1))
        }
        var entries: [Entry] = []
        entries.reserveCapacity(stretch)
        while try statement.step() {
            entries.append(
                Entry(
                    place: OrderWalk.Place(moment: statement.integer(0), id: statement.integer(1)),
                    amount: statement.optionalInteger(2)))
        }
        run.next = entries.count < stretch ? nil : entries.last?.place
        run.entries = entries[...]
        return run
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        guard let first = heap[left].entries.first?.place, let second = heap[right].entries.first?.place else {
            return false
        }
        return isDescending ? second < first : first < second
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
