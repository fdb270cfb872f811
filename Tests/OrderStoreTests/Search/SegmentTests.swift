import Testing

@testable import OrderStore

@Suite("Segments of the search index")
struct SegmentTests {
    @Test("places are sorted by their keys, and those of the same key stay in their order", arguments: 0..<40)
    func radix(_ seed: UInt64) {
        var samples = SearchSamples(seed: seed)
        let range: Range<Int64> = [0..<1, 0..<4, 0..<5_000, 7 << 40..<9 << 40, 0..<Int64.max][Int(seed % 5)]
        let keys = (0..<samples.number(0..<500)).map { _ in UInt64(bitPattern: samples.number(range)) << (seed % 2) }
        var order = keys.indices.map(UInt32.init)
        RadixSort.sort(&order, by: keys)
        let expected = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        #expect(order.map(Int.init) == expected)
    }

    @Test("a segment has the entries of each order's latest record, in order", arguments: 0..<30)
    func built(_ seed: UInt64) throws {
        var samples = SearchSamples(seed: seed)
        let records = samples.records(Int(samples.number(0..<700)))
        let content = SegmentBuilder(records, maximumBytes: 120).build()
        var latest: [Int64: SearchRecord] = [:]
        for record in records {
            var record = record
            record.isUpdate = latest[record.id]?.isUpdate ?? record.isUpdate
            latest[record.id] = record
        }
        let entries = latest.values.flatMap(\.entries).sorted { $0 < $1 }
        #expect(try content.chunks.entries() == entries)
        #expect(content.orders == latest.count)
        #expect(content.superseding == latest.values.count(where: \.isUpdate))
        let moments = latest.values.map(\.moment)
        #expect(content.oldest == moments.min() ?? .max && content.newest == moments.max() ?? .min)
        let keys = Set(entries.map(\.key).filter { SearchKey.isFacet($0) || SearchKey.isAmount($0) })
        #expect(content.keys == keys.sorted())
    }

    @Test(
        "a merge, in slices of any size, keeps each entry once, no superseded facet, and no update that is done with",
        arguments: 0..<60)
    func merged(_ seed: UInt64) throws {
        var samples = SearchSamples(seed: seed)
        let segments = (0..<samples.number(1..<9)).map { _ in
            SegmentBuilder(samples.records(Int(samples.number(0..<200))), maximumBytes: 100).build()
        }
        let inputs = try segments.map { try $0.chunks.entries() }
        let superseded = supersededFacets(inputs)
        var written: [SearchChunk] = []
        var (orders, superseding) = (0, 0)
        while true {
            // As after a restart: all that is known is what has been written.
            let last = try written.suffix(1).entries().last
            var merge = try SegmentMerge(
                try segments.map { try stream($0.chunks, after: last) }, superseded: superseded)
            var writer = ChunkWriter(maximumBytes: 100)
            let isWhole = try merge.run(into: &writer, chunks: Int(samples.number(1..<5)))
            written += writer.chunks
            orders += merge.orders
            superseding += merge.superseding
            if isWhole { break }
            try #require(!writer.chunks.isEmpty)
        }
        let expected = Model(inputs).merged
        #expect(try written.entries() == expected)
        let facets = expected.filter { SearchKey.isFacet($0.key) }
        #expect(orders == facets.count)
        #expect(superseding == facets.count { $0.detail == 1 })
    }

    private func stream(_ chunks: [SearchChunk], after last: SearchEntry?) throws -> EntryStream {
        var rest = chunks[...]
        return try EntryStream(after: last) { entries in
            guard let chunk = rest.popFirst() else { return false }
            try chunk.bytes.withUnsafeBytes { try SearchChunk.decode($0, into: &entries) }
            return true
        }
    }

    private func supersededFacets(_ inputs: [[SearchEntry]]) -> SupersededFacets {
        let facets = inputs.map { $0.filter { SearchKey.isFacet($0.key) } }
        var superseded = SupersededFacets(updates: facets.joined().count { $0.detail == 1 })
        for (rank, entries) in facets.enumerated() {
            for entry in entries where entry.detail == 1 { superseded.noteUpdate(entry.id, rank: rank) }
        }
        for entry in facets.joined() where entry.detail == 0 { superseded.noteFirst(entry.id) }
        return superseded
    }

    @Test("beyond its bound the table of updates forgets, and then keeps what may have been superseded")
    func bounded() {
        var superseded = SupersededFacets(updates: 3)
        for id in Int64(1)...100 { superseded.noteUpdate(id, rank: 1) }
        let dropped = (Int64(1)...100).filter {
            superseded.kept(SearchEntry(key: 1 << 60, moment: 0, id: $0, detail: 0), rank: 0) == nil
        }
        #expect(dropped == Array(1...8))
        #expect(SupersededFacets(updates: 0).kept(SearchEntry(key: 1, moment: 0, id: 1, detail: 1), rank: 0) != nil)
    }
}

/// What a merge has to come to, worked out in the plainest way.
private struct Model {
    let merged: [SearchEntry]

    init(_ inputs: [[SearchEntry]]) {
        let ranked = inputs.enumerated().flatMap { rank, entries in entries.map { (rank: rank, entry: $0) } }
        let facets = ranked.filter { SearchKey.isFacet($0.entry.key) }
        let updates = Dictionary(
            facets.filter { $0.entry.detail == 1 }.map { ($0.entry.id, $0.rank) }, uniquingKeysWith: max)
        let first = Set(facets.filter { $0.entry.detail == 0 }.map(\.entry.id))
        merged = ranked.sorted { $0.rank > $1.rank }.compactMap { rank, entry in
            if entry.key == SearchKey.update { return first.contains(entry.id) ? nil : entry }
            guard SearchKey.isFacet(entry.key), let update = updates[entry.id] else { return entry }
            guard update <= rank else { return nil }
            var entry = entry
            if first.contains(entry.id) { entry.detail = 0 }
            return entry
        }.inOrder()
    }
}

extension SearchRecord {
    fileprivate var entries: [SearchEntry] {
        [
            SearchEntry(key: facet, moment: moment, id: id, detail: isUpdate ? 1 : 0),
            SearchEntry(key: customer, moment: moment, id: id, detail: 0),
            SearchEntry(key: SearchKey.amount(scaled: amount), moment: moment, id: id, detail: amount),
        ] + (isUpdate ? [SearchEntry(key: SearchKey.update, moment: moment, id: id, detail: 0)] : [])
    }
}
