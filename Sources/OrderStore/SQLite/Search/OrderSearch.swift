import GRDB
import OrderEvents

/// A page of a filtered list by time, from the search index: the runs of the filter's keys, merged.
///
/// Orders that are noted and not yet entered are looked at one by one; what the index says of them is not used.
struct OrderSearch {
    /// With more keys than this a filter is so wide that walking all orders finds it sooner.
    static let maximumRuns = 512
    /// With more orders noted than this the keeper is far behind, and the list is walked instead.
    static let maximumPending = 2_000
    /// Entries that one page looks at.
    static let maximumLookedAt = 8_000

    let filter: OrderFilter
    let sort: OrderSort
    let start: OrderWalk.Place
    let end: Int64
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
        (start, end) = (query.start, query.end)
    }

    /// nil where the index cannot tell: it is not complete yet, or far behind, or the filter is too wide for it.
    func page(limit: Int, _ db: Database) throws -> Page<OrderDocument>? {
        guard try Int64.fetchOne(db.cachedStatement(sql: SearchIndex.backfill)) == -1, let noted = try pending(db),
            let keys = try existingKeys(db)
        else { return nil }
        var merge = RunMerge(
            isDescending: sort.isDescending, start: start, end: end, keys: keys,
            stretch: keys.count > 8 ? 16 : limit + 1)
        var fresh = try documents(noted, db)[...]
        var found: [OrderDocument] = []
        var lookedAt = 0
        var last: OrderWalk.Place?
        while found.count <= limit {
            let entry = try merge.peek(db)
            if let document = fresh.first, entry.map({ isBefore(Self.place(document), $0.place) }) ?? true {
                found.append(fresh.removeFirst())
                continue
            }
            guard let entry else { return Page(items: found, next: nil) }
            guard lookedAt < Self.maximumLookedAt else { return Page(items: found, next: last?.cursor(sort)) }
            merge.advance()
            lookedAt += 1
            last = entry.place
            guard isInRange(entry.amount), !noted.contains(entry.place.id) else { continue }
            if let document = try self.document(entry.place.id, db), Self.place(document) == entry.place,
                filter.matches(document)
            {
                found.append(document)
            }
        }
        found.removeLast()
        return Page(items: found, next: found.last.map { OrderCursor($0, sort) })
    }

    /// The orders that are noted; nil where they are too many to look at.
    private func pending(_ db: Database) throws -> Set<Int64>? {
        let statement = try RawStatement(db, SearchIndex.pending)
        defer { statement.reset() }
        statement.bind(Int64(Self.maximumPending), at: 1)
        var ids: Set<Int64> = []
        while try statement.step() {
            statement.withBytes(1) { ids.formUnion(SearchIndex.ids($0)) }
            if ids.count > Self.maximumPending { return nil }
        }
        return ids
    }

    /// The keys of the filter that have a run; nil where they are too many.
    private func existingKeys(_ db: Database) throws -> [Int64]? {
        if keys.lowerBound == keys.upperBound { return [keys.lowerBound] }
        let statement = try RawStatement(db, SearchIndex.nextKey)
        var found: [Int64] = []
        var (from, seeks) = (keys.lowerBound, 0)
        while from <= keys.upperBound {
            statement.bind(from, at: 1)
            statement.bind(keys.upperBound, at: 2)
            defer { statement.reset() }
            guard try statement.step() else { break }
            let key = statement.integer(0)
            if !isByFacet || SearchKey.passes(key, filter) { found.append(key) }
            seeks += 1
            guard seeks <= Self.maximumRuns else { return nil }
            from = key + 1
        }
        return found
    }

    /// Those of the ids that pass and lie ahead, in the list's order.
    private func documents(_ ids: Set<Int64>, _ db: Database) throws -> [OrderDocument] {
        var all: [OrderDocument] = []
        for id in ids {
            guard let document = try document(id, db), filter.matches(document),
                isBefore(start, Self.place(document))
            else { continue }
            all.append(document)
        }
        return all.sorted { isBefore(Self.place($0), Self.place($1)) }
    }

    private func document(_ id: Int64, _ db: Database) throws -> OrderDocument? {
        let statement = try RawStatement(db, OrderQuery.one)
        statement.bind(id, at: 1)
        return try SQLiteOrderStore.documents(statement, expected: 1).first
    }

    private func isInRange(_ scaled: Int64?) -> Bool {
        guard let scaled else { return true }
        return scaled >= filter.minimumAmount ?? 0 && scaled <= filter.maximumAmount ?? .max
    }

    private func isBefore(_ left: OrderWalk.Place, _ right: OrderWalk.Place) -> Bool {
        sort.isDescending ? right < left : left < right
    }

    private static func place(_ document: OrderDocument) -> OrderWalk.Place {
        OrderWalk.Place(moment: document.order.createdAt.millisecondsSinceEpoch, id: document.order.id.rawValue)
    }
}
