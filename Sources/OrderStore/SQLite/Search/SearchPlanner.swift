import GRDB
import OrderEvents
import Synchronization

/// Works out the next step of the keeper's work on a snapshot.
///
/// All that a step depends on is in the file. What is remembered between steps could be worked out again.
final class SearchPlanner: Sendable {
    /// What there is to do.
    enum Plan {
        case step(SearchChange)
        /// Nothing until the sink rests.
        case whenResting
        case nothing
    }

    private let tuning: SearchTuning
    private let policy: MergePolicy
    /// Of the segment that is being built.
    private let superseded = Mutex<(segment: Int64, facets: SupersededFacets)?>(nil)

    init(_ tuning: SearchTuning) {
        self.tuning = tuning
        policy = MergePolicy(tuning: tuning)
    }

    /// - Parameter flushesAll: also notes that are too few for a segment of their own.
    func plan(isResting: Bool, flushesAll: Bool, _ db: Database) throws -> Plan {
        let change = SearchChange(version: try SearchState.counter(SearchSQL.version, db))
        let (notes, orders) = try noted(db)
        let enoughAtRest = min(tuning.restingFlushOrders, tuning.flushOrders)
        let enough = flushesAll ? 1 : isResting ? enoughAtRest : tuning.flushOrders
        if notes > 0, orders >= enough || notes >= tuning.flushNotes { return .step(try flush(change, db)) }
        let segments = try SearchSegment.all(db)
        if let building = segments.first(where: { $0.state == .building }) {
            return .step(try grow(building, segments, change, db))
        }
        superseded.withLock { $0 = nil }
        let live = segments.filter { $0.state == .live }
        let shapes = live.map { MergePolicy.Shape(orders: $0.orders, superseding: $0.superseding) }
        if let group = policy.group(shapes, isResting: isResting).map({ live[$0] }), let first = group.first,
            let last = group.last
        {
            let ages = first.ages.lowerBound...last.ages.upperBound
            let building = SearchSegment(id: change.nextVersion, state: .building, ages: ages)
            return .step(try grow(building, segments, change, db))
        }
        if let step = try backfill(change, db) { return .step(step) }
        if let dead = segments.first(where: { $0.state == .dead }) { return .step(try remove(dead, change, db)) }
        return orders >= enoughAtRest || policy.group(shapes, isResting: true) != nil ? .whenResting : .nothing
    }

    private func noted(_ db: Database) throws -> (notes: Int64, orders: Int64) {
        let counts = try RawStatement(db, SearchSQL.noteCounts)
        defer { counts.reset() }
        return try counts.step() ? (counts.integer(0), counts.integer(1)) : (0, 0)
    }

    private func flush(_ change: SearchChange, _ db: Database) throws -> SearchChange {
        let statement = try RawStatement(db, SearchSQL.notes)
        defer { statement.reset() }
        var records: [SearchRecord] = []
        records.reserveCapacity(2 * tuning.flushOrders)
        var change = change
        // Whole notes; a batch of the sink has a bounded size.
        while records.count < tuning.flushOrders, try statement.step() {
            change.noted = statement.integer(0)
            let count = statement.integer(1)
            try statement.withBytes(2) { try SearchNote.read($0, count: count) { records.append($0) } }
        }
        add(records, to: &change)
        return change
    }

    /// Orders that were there before the index was, by id. An update that is noted meanwhile comes into a later segment.
    private func backfill(_ change: SearchChange, _ db: Database) throws -> SearchChange? {
        let reached = try SearchState.counter(SearchSQL.backfill, db)
        guard reached >= 0 else { return nil }
        let statement = try RawStatement(db, SearchSQL.rowsToEnter)
        defer { statement.reset() }
        statement.bind(reached, at: 1)
        statement.bind(Int64(tuning.backfillOrders), at: 2)
        var records: [SearchRecord] = []
        while try statement.step() { records.append(SearchRecord(row: statement)) }
        var change = change
        change.backfilled = records.count < tuning.backfillOrders ? -1 : records.last?.id
        if !records.isEmpty { add(records, to: &change) }
        return change
    }

    private func add(_ records: [SearchRecord], to change: inout SearchChange) {
        let content = SegmentBuilder(records, maximumBytes: tuning.chunkBytes).build()
        var segment = SearchSegment(
            id: change.nextVersion, state: .live, ages: change.nextVersion...change.nextVersion)
        (segment.orders, segment.superseding) = (Int64(content.orders), Int64(content.superseding))
        (segment.oldest, segment.newest) = (content.oldest, content.newest)
        segment.chunks = Int64(content.chunks.count)
        change.segment = segment
        change.chunks = content.chunks
        change.keys = KeyList.encode(content.keys)
    }
}

extension SearchPlanner {
    /// The next slice of a merge: from the last entry that was written on.
    private func grow(
        _ building: SearchSegment, _ segments: [SearchSegment], _ change: SearchChange, _ db: Database
    ) throws -> SearchChange {
        let inputs = segments.filter {
            $0.state == .live && building.ages.contains($0.ages.lowerBound)
                && building.ages.contains($0.ages.upperBound)
        }
        let last = try lastEntry(building, db)
        var merge = try SegmentMerge(
            try inputs.map { try $0.stream(after: last, db) }, superseded: try facets(building, inputs, db))
        var writer = ChunkWriter(maximumBytes: tuning.chunkBytes)
        let isWhole = try merge.run(into: &writer, chunks: tuning.sliceChunks)
        var change = change
        var grown = building
        grown.orders += Int64(merge.orders)
        grown.superseding += Int64(merge.superseding)
        grown.chunks += Int64(writer.chunks.count)
        change.chunks = writer.chunks
        if isWhole {
            grown.state = .live
            grown.oldest = inputs.map(\.oldest).min() ?? .max
            grown.newest = inputs.map(\.newest).max() ?? .min
            change.keys = try keys(inputs, db)
        }
        change.segment = grown
        return change
    }

    private func lastEntry(_ building: SearchSegment, _ db: Database) throws -> SearchEntry? {
        guard building.chunks > 0 else { return nil }
        var entries: [SearchEntry] = []
        try building.read(chunk: building.chunks - 1, into: &entries, db)
        return entries.last
    }

    /// The keys of all of them; nil where one of them does not list its own.
    private func keys(_ inputs: [SearchSegment], _ db: Database) throws -> [UInt8]? {
        var all: Set<Int64> = []
        for input in inputs {
            guard let keys = try input.keys(db) else { return nil }
            all.formUnion(keys)
        }
        return KeyList.encode(all.sorted())
    }

    /// Read once for each merge: segments do not change.
    private func facets(
        _ building: SearchSegment, _ inputs: [SearchSegment], _ db: Database
    ) throws -> SupersededFacets {
        if let known = superseded.withLock({ $0 }), known.segment == building.id { return known.facets }
        var facets = SupersededFacets(updates: Int(inputs.reduce(0) { $0 + $1.superseding }))
        for (rank, input) in inputs.enumerated() where input.superseding > 0 {
            var stream = try input.stream(after: SearchEntry.beforeUpdates, db)
            while let entry = try stream.next() { facets.noteUpdate(entry.id, rank: rank) }
        }
        if !facets.isEmpty {
            for input in inputs where input.superseding < input.orders {
                try eachFacet(of: input, db) { if $0.detail == 0 { facets.noteFirst($0.id) } }
            }
        }
        let found = facets
        superseded.withLock { $0 = (building.id, found) }
        return found
    }

    private func eachFacet(of segment: SearchSegment, _ db: Database, _ body: (SearchEntry) -> Void) throws {
        var stream = try segment.stream(after: nil, db)
        while let entry = try stream.next(), SearchKey.isFacet(entry.key) { body(entry) }
    }

    private func remove(_ dead: SearchSegment, _ change: SearchChange, _ db: Database) throws -> SearchChange {
        // Fences go with their chunks: the first one tells how far an earlier step has come.
        let first = try dead.firstChunk(db) ?? dead.chunks
        let end = first + Int64(4 * tuning.sliceChunks)
        var change = change
        guard end < dead.chunks else {
            change.removal = SearchChange.Removal(segment: dead, chunks: first..<max(first, dead.chunks), fence: nil)
            return change
        }
        var entries: [SearchEntry] = []
        try dead.read(chunk: end, into: &entries, db)
        change.removal = SearchChange.Removal(segment: dead, chunks: first..<end, fence: entries.first)
        return change
    }
}

extension SearchRecord {
    fileprivate init(row: RawStatement) {
        let currency = row.integer(3)
        self.init(
            id: row.integer(0), moment: row.integer(1),
            facet: SearchKey.facet(
                country: row.integer(2), currency: currency, status: row.integer(4), payment: row.optionalInteger(5)),
            customer: SearchKey.customer(row.integer(6)),
            amount: AmountScale.scaled(minorUnits: row.integer(7), decimals: Int(currency >> 24)), isUpdate: false)
    }

    init(_ document: OrderDocument, isUpdate: Bool) {
        let order = document.order
        self.init(
            id: order.id.rawValue, moment: order.createdAt.millisecondsSinceEpoch,
            facet: SearchKey.facet(
                country: Int64(order.country.packed), currency: Int64(order.amount.currency.packed),
                status: Int64(order.status.rawValue), payment: (document.payment?.status.rawValue).map(Int64.init)),
            customer: SearchKey.customer(order.customerID),
            amount: AmountScale.scaled(
                minorUnits: order.amount.minorUnits, decimals: order.amount.currency.minorDigits),
            isUpdate: isUpdate)
    }
}
