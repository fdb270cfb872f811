import GRDB
import OrderEvents

/// A page of a filtered list by time, from the search index: what notes and segments have of the filter's keys, merged.
struct OrderSearch {
    /// With more orders noted than this the keeper is far behind, and the list is walked instead.
    static let maximumPending: Int64 = 98_304
    /// With more notes than this, too.
    static let maximumNotes: Int64 = 4_096
    /// Entries that one page looks at.
    static let maximumLookedAt = 8_000
    /// Opening a run costs as much as looking at so many entries.
    private static let costOfRun = 4

    let filter: OrderFilter
    let sort: OrderSort
    private let range: SearchRange
    private let keys: ClosedRange<Int64>
    private let isByFacet: Bool

    /// nil where an order of all rows serves as well: without a condition that the index knows, or not by time.
    init?(_ filter: OrderFilter, _ sort: OrderSort, _ query: OrderQuery) {
        guard sort.isByTime else { return nil }
        if let customer = filter.customerID {
            keys = SearchKey.customer(customer)...SearchKey.customer(customer)
            isByFacet = false
        } else if filter.flagged == true {
            // They have an index of their own.
            return nil
        } else if filter.country != nil || filter.currency != nil || filter.status != nil || filter.payment != nil {
            keys = SearchKey.facets(filter)
            isByFacet = true
        } else if filter.minimumAmount != nil || filter.maximumAmount != nil {
            keys = SearchKey.amounts(filter)
            isByFacet = false
        } else {
            return nil
        }
        self.filter = filter
        self.sort = sort
        range = SearchRange(isDescending: sort.isDescending, start: query.start, end: query.end)
    }

    /// nil where the index cannot tell: it is not complete yet, or far behind, or the filter is too wide for it.
    func page(limit: Int, _ db: Database) throws -> Page<OrderDocument>? {
        guard try SearchState.counter(SearchSQL.backfill, db) == -1, let noted = try noted(db) else { return nil }
        var merge = RunMerge(
            range, segments: try SearchSegment.all(db).filter { $0.state == .live }, noted: noted,
            keys: { try self.keys(of: $0, db) })
        var found: [OrderDocument] = []
        var (lookedAt, last): (Int, OrderWalk.Place?) = (0, nil)
        var shown: OrderWalk.Place?
        do {
            while found.count <= limit, let entry = try merge.peek(db) {
                if lookedAt + merge.opened * Self.costOfRun > Self.maximumLookedAt, let last {
                    return Page(items: found, next: last.cursor(sort))
                }
                merge.advance()
                lookedAt += 1
                last = entry.place
                // The same order may be in several segments.
                guard entry.place != shown, isInRange(entry) else { continue }
                shown = entry.place
                if let document = try document(at: entry.place, db) { found.append(document) }
            }
        } catch is RunMerge.TooWide {
            guard let last else { return nil }
            if found.count <= limit { return Page(items: found, next: last.cursor(sort)) }
        }
        guard found.count > limit else { return Page(items: found, next: nil) }
        found.removeLast()
        return Page(items: found, next: found.last.map { OrderCursor($0, sort) })
    }

    /// The keys of the filter that a segment has. One by itself is looked for, whether it is there or not.
    private func keys(of segment: SearchSegment, _ db: Database) throws -> [Int64] {
        if keys.lowerBound == keys.upperBound { return [keys.lowerBound] }
        guard let all = try segment.keys(db) else { throw RunMerge.TooWide() }
        return all.filter { keys.contains($0) && (!isByFacet || SearchKey.passes($0, filter)) }
    }

    /// Entries of the orders that are noted and pass, in the list's order; nil where too many are noted.
    private func noted(_ db: Database) throws -> [SearchEntry]? {
        let counts = try RawStatement(db, SearchSQL.noteCounts)
        defer { counts.reset() }
        guard try counts.step(), counts.integer(0) <= Self.maximumNotes, counts.integer(1) <= Self.maximumPending else {
            return nil
        }
        let statement = try RawStatement(db, SearchSQL.notes)
        defer { statement.reset() }
        var entries: [SearchEntry] = []
        while try statement.step() {
            let count = statement.integer(1)
            try statement.withBytes(2) { bytes in
                try SearchNote.read(bytes, count: count) { record in
                    guard passes(record) else { return }
                    let entry = SearchEntry(key: 0, moment: record.moment, id: record.id, detail: 0)
                    if range.contains(entry.place) { entries.append(entry) }
                }
            }
        }
        return entries.sorted { range.isBefore($0.place, $1.place) }
    }

    private func passes(_ record: SearchRecord) -> Bool {
        if isByFacet { return SearchKey.passes(record.facet, filter) && isInRange(record.amount) }
        return isInRange(record.amount) && (filter.customerID == nil || keys.contains(record.customer))
    }

    private func isInRange(_ entry: SearchEntry) -> Bool { !SearchKey.isAmount(entry.key) || isInRange(entry.detail) }

    private func isInRange(_ amount: Int64) -> Bool {
        amount >= filter.minimumAmount ?? .min && amount <= filter.maximumAmount ?? .max
    }

    /// The order at the place, if it passes; nil also where it is no longer there.
    private func document(at place: OrderWalk.Place, _ db: Database) throws -> OrderDocument? {
        let statement = try RawStatement(db, OrderQuery.one)
        statement.bind(place.id, at: 1)
        guard let document = try SQLiteOrderStore.documents(statement, expected: 1).first,
            document.order.createdAt.millisecondsSinceEpoch == place.moment, filter.matches(document)
        else { return nil }
        return document
    }
}
