import OrderEvents
import OrderStore
import Testing

@testable import CouchbaseOrderStore

@Suite("A copy of a store")
struct StoreCopyTests {
    private static func fill(_ store: any OrderStore) async throws {
        var samples = StoreSamples(seed: 81)
        try await store.apply(
            StoreBatch(
                orders: samples.documents(1...2_500),
                aggregates: (0..<40).flatMap { minute in
                    (0..<3).map { StoreSamples.aggregate(StoreSamples.minute(minute), partition: $0, revision: 7) }
                } + (0..<3).map { StoreSamples.aggregate(.allTime, partition: $0, revision: 7) }))
    }

    private static func expectSame(_ left: any OrderStore, _ right: any OrderStore) async throws {
        var documents: [[OrderDocument]] = []
        for store in [left, right] {
            var all: [OrderDocument] = []
            try await store.scan { all.append($0) }
            documents.append(all)
        }
        #expect(documents[0] == documents[1])
        #expect(
            try await left.aggregates(from: .epoch, to: .latest) == right.aggregates(from: .epoch, to: .latest))
        #expect(try await left.totals() == right.totals())
        #expect(try await left.refundsDue() == right.refundsDue())
        #expect(try await left.counts() == right.counts())
    }

    private func sqlite(_ directory: TemporaryDirectory, _ name: String) throws -> SQLiteOrderStore {
        try SQLiteOrderStore(path: directory.path(name))
    }

    @Test("from SQLite to Couchbase and back is the same store", .timeLimit(.minutes(2)))
    func thereAndBack() async throws {
        let directory = try TemporaryDirectory()
        let (source, back) = (try sqlite(directory, "a.sqlite"), try sqlite(directory, "b.sqlite"))
        try await Self.fill(source)
        try await StoreOnCluster.withStore { couchbase in
            for (from, to) in [(source, couchbase), (couchbase, back)] as [(any OrderStore, any OrderStore)] {
                let copy = StoreCopy(from: from, to: to)
                let done = try await copy.run(from: StoreCopy.Progress()) { _ in }
                #expect(done.orders == 2_500 && done.aggregates == 123)
                let comparison = try await copy.compare()
                #expect(comparison.compared == 2_623 && comparison.differences == 0, "\(comparison.examples)")
                try await Self.expectSame(from, to)
            }
        }
        try await source.close()
        try await back.close()
    }

    @Test("that was stopped goes on where it was")
    func resumed() async throws {
        struct Stopped: Error {}
        let directory = try TemporaryDirectory()
        let (source, target) = (try sqlite(directory, "a.sqlite"), try sqlite(directory, "b.sqlite"))
        try await Self.fill(source)
        let copy = StoreCopy(from: source, to: target)
        var saved = StoreCopy.Progress()
        await #expect(throws: Stopped.self) {
            _ = try await copy.run(from: saved) { progress in
                saved = progress
                if progress.orders >= 1_000 { throw Stopped() }
            }
        }
        #expect(saved.lastOrder == 1_000)
        #expect(try await copy.compare().differences == 1_500 + 123)
        #expect(try await copy.run(from: saved) { _ in }.orders == 2_500)
        #expect(try await copy.compare().differences == 0)
        try await Self.expectSame(source, target)
        try await source.close()
        try await target.close()
    }

    @Test("says what the target has otherwise, and leaves what is newer there")
    func differences() async throws {
        let directory = try TemporaryDirectory()
        let (source, target) = (try sqlite(directory, "a.sqlite"), try sqlite(directory, "b.sqlite"))
        var samples = StoreSamples(seed: 82)
        let documents = samples.documents(1...10, revision: 2)
        try await source.apply(StoreBatch(orders: documents))
        // The same revision with another content, and a newer one.
        var (other, newer) = (documents[3], documents[4])
        other.order.amount.minorUnits += 1
        newer.revision = 3
        try await target.apply(StoreBatch(orders: [other, newer]))
        let copy = StoreCopy(from: source, to: target)
        _ = try await copy.run(from: StoreCopy.Progress()) { _ in }
        let comparison = try await copy.compare()
        #expect(comparison.differences == 1 && comparison.examples == ["order 4"])
        #expect(try await target.order(newer.order.id) == newer)
        try await source.close()
        try await target.close()
    }
}
