import TestSupport

@testable import OrderStore

/// Records and entries of the search index, the same in each run.
struct SearchSamples {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func number(_ range: Range<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

    /// Of few orders and values, so that some are the same; now and then one at an end of what integers hold.
    mutating func record(ids: Range<Int64> = 1..<400) -> SearchRecord {
        let isEdge = random.next() % 16 == 0
        return SearchRecord(
            id: number(ids),
            moment: isEdge ? [0, .max, .min, -1].randomElement(using: &random)! : number(1_000..<1_300),
            facet: SearchKey.facet(
                country: number(1..<4), currency: number(1..<4), status: number(0..<3),
                payment: [nil, 0, 1, 2].randomElement(using: &random)!),
            customer: SearchKey.customer(isEdge ? number(0..<Int64.max) : number(0..<30)),
            amount: isEdge ? [0, .max].randomElement(using: &random)! : number(0..<3_000_000),
            isUpdate: Bool.random(using: &random))
    }

    mutating func records(_ count: Int, ids: Range<Int64> = 1..<400) -> [SearchRecord] {
        (0..<count).map { _ in record(ids: ids) }
    }

    /// In ascending order, each once.
    mutating func entries(_ count: Int) -> [SearchEntry] {
        var all: [SearchEntry] = []
        for record in records(count) {
            all.append(SearchEntry(key: record.facet, moment: record.moment, id: record.id, detail: number(0..<2)))
            all.append(SearchEntry(key: record.customer, moment: record.moment, id: record.id, detail: 0))
            all.append(
                SearchEntry(
                    key: SearchKey.amount(scaled: record.amount), moment: record.moment, id: record.id,
                    detail: record.amount))
        }
        return all.inOrder()
    }
}

extension [SearchEntry] {
    /// Sorted, each place of a key once: the first of them.
    func inOrder() -> [SearchEntry] {
        var seen: Set<[Int64]> = []
        return filter { seen.insert([$0.key, $0.moment, $0.id]).inserted }.sorted { $0 < $1 }
    }
}

extension [SearchChunk] {
    func entries() throws -> [SearchEntry] {
        try flatMap { chunk in
            var entries: [SearchEntry] = []
            try chunk.bytes.withUnsafeBytes { try SearchChunk.decode($0, into: &entries) }
            return entries
        }
    }
}
