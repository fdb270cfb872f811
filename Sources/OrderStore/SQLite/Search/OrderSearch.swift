import GRDB
import OrderEvents

/// A page of a filtered list by time, from the search index: what notes and segments have of the filter's keys, merged.
struct OrderSearch {
    /// Looking at an order takes as long as going through so many entries.
    private static let workOfRow = 64
    /// Entries that a page goes through even if opening the runs was all of its work.
    private static let leastEntries = 64

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
    ///
    /// A page that has done its share of work ends where it has got to.
    func page(limit: Int, _ tuning: SearchTuning, _ db: Database) throws -> Page<OrderDocument>? {
        guard try SearchState.counter(SearchSQL.backfill, db) == -1,
            let noted = try NotedOrders(range, keepsUpdated: isByFacet, db, passes: passes)
        else { return nil }
        let segments = try SearchSegment.all(db).filter { $0.state == .live }
        var merge = RunMerge(range, segments: segments, noted: noted.passing, keys: { try self.keys(of: $0, db) })
        var updated = UpdatedPlaces(range, segments: segments, noted: noted.updated)
        let row = try RawStatement(db, OrderQuery.one)
        var (found, rows, entries): ([OrderDocument], Int, Int) = ([], 0, 0)
        // The same order may be in several segments: a place is done when the next one comes, or its order is known.
        var (last, done): (OrderWalk.Place?, OrderWalk.Place?) = (nil, nil)
        do {
            while found.count <= limit, let entry = try merge.peek(db) {
                if entry.place != last { done = last }
                let work = merge.work + updated.work + rows * Self.workOfRow
                if work > tuning.pageWork, entries >= Self.leastEntries, let done, entry.place != last {
                    return Page(items: found, next: done.cursor(sort))
                }
                let age = merge.age
                merge.advance()
                entries += 1
                last = entry.place
                guard entry.place != done, isInRange(entry) else { continue }
                if isByFacet, rows - found.count >= tuning.staleRows,
                    try updated.isSuperseded(entry.place, age: age, db)
                {
                    continue
                }
                done = entry.place
                rows += 1
                if let document = try document(at: entry.place, row) { found.append(document) }
            }
        } catch is RunMerge.TooWide {
            guard let done else { return nil }
            if found.count <= limit { return Page(items: found, next: done.cursor(sort)) }
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

    private func passes(_ record: SearchRecord) -> Bool {
        if isByFacet { return SearchKey.passes(record.facet, filter) && isInRange(record.amount) }
        return isInRange(record.amount) && (filter.customerID == nil || keys.contains(record.customer))
    }

    private func isInRange(_ entry: SearchEntry) -> Bool { !SearchKey.isAmount(entry.key) || isInRange(entry.detail) }

    private func isInRange(_ amount: Int64) -> Bool {
        amount >= filter.minimumAmount ?? .min && amount <= filter.maximumAmount ?? .max
    }

    /// The order at the place, if it passes; nil also where it is no longer there.
    private func document(at place: OrderWalk.Place, _ row: RawStatement) throws -> OrderDocument? {
        row.bind(place.id, at: 1)
        defer { row.reset() }
        guard try row.step() else { return nil }
        let document = try OrderRow.read(row)
        let isThere = document.order.createdAt.millisecondsSinceEpoch == place.moment
        return isThere && filter.matches(document) ? document : nil
    }
}
