import Couchbase
import Foundation
import OrderEvents
import OrderStore
import Testing

@testable import CouchbaseOrderStore

@Suite("A copy of a store")
struct StoreCopyTests {
    /// The cluster's clock is the real one.
    private static let now = Timestamp(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1_000))
    private static let hour: Int64 = 3_600_000

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
            for (from, to) in [(source, couchbase), (couchbase, back)] as [(any CopyableStore, any CopyableStore)] {
                let copy = StoreCopy(from: from, to: to, now: Self.now)
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
        let copy = StoreCopy(from: source, to: target, now: Self.now)
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
        let copy = StoreCopy(from: source, to: target, now: Self.now)
        _ = try await copy.run(from: StoreCopy.Progress()) { _ in }
        let comparison = try await copy.compare()
        #expect(comparison.differences == 1 && comparison.examples == ["order 4"])
        #expect(try await target.order(newer.order.id) == newer)
        try await source.close()
        try await target.close()
    }

    /// Reserved at any time of the last day, half of them completed.
    private static func keys(_ numbers: ClosedRange<Int64>) -> [IdempotencyKey] {
        numbers.map { number in
            let reserved = now.advanced(byMilliseconds: -number * 20 * hour / numbers.upperBound)
            return IdempotencyKey(
                key: "key-é-\(number)", requestHash: [1, UInt8(number & 255), 254], orderID: OrderID(number)!,
                reservedAt: reserved, completedAt: number.isMultiple(of: 2) ? reserved.advanced(byMilliseconds: 5) : nil
            )
        }
    }

    private static func allKeys(_ store: any CopyableStore) async throws -> Set<IdempotencyKey> {
        var (all, place) = (Set<IdempotencyKey>(), String?.none)
        repeat {
            let page = try await store.idempotencyKeys(after: place, limit: 400, now: now)
            #expect(page.unnamed == 0 && all.isDisjoint(with: page.keys))
            all.formUnion(page.keys)
            place = page.next
        } while place != nil
        return all
    }

    @Test("has the idempotency keys, and they mean there what they meant", .timeLimit(.minutes(2)))
    func idempotencyKeys() async throws {
        let directory = try TemporaryDirectory()
        let (source, back) = (try sqlite(directory, "a.sqlite"), try sqlite(directory, "b.sqlite"))
        let keys = Self.keys(1...1_500)
        for start in stride(from: 0, to: keys.count, by: 500) {
            try await source.keep(Array(keys[start..<start + 500]))
        }
        // Forgotten by now: it stays behind.
        let old = IdempotencyKey(
            key: "old", requestHash: [7], orderID: OrderID(9_000)!,
            reservedAt: Self.now.advanced(byMilliseconds: -25 * Self.hour))
        try await source.keep([old])
        try await StoreOnCluster.withStore { couchbase in
            for (from, to) in [(source, couchbase), (couchbase, back)] as [(any CopyableStore, any CopyableStore)] {
                let copy = StoreCopy(from: from, to: to, now: Self.now)
                let done = try await copy.run(from: StoreCopy.Progress()) { _ in }
                #expect(done.keys == 1_500 && done.unnamedKeys == 0)
                let comparison = try await copy.compare()
                #expect(comparison.compared == 1_500 && comparison.differences == 0, "\(comparison.examples)")
                #expect(try await Self.allKeys(to) == Set(keys))
                func reserve(_ key: String, _ hash: [UInt8], at now: Timestamp) async throws -> IdempotencyOutcome {
                    try await to.reserveIdempotencyKey(key, requestHash: hash, orderID: OrderID(77_777)!, now: now)
                }
                let (open, completed) = (keys[2], keys[3])
                #expect(try await reserve(open.key, open.requestHash, at: Self.now) == .inProgress(open.orderID))
                #expect(
                    try await reserve(completed.key, completed.requestHash, at: Self.now)
                        == .completed(completed.orderID))
                #expect(try await reserve(open.key, [], at: Self.now) == .mismatch)
                // A day after its reservation, not after the copy.
                let end = completed.reservedAt.advanced(byMilliseconds: 24 * Self.hour)
                #expect(
                    try await reserve(completed.key, completed.requestHash, at: end) == .completed(completed.orderID))
                try await to.keep([completed])
                #expect(try await Self.allKeys(to) == Set(keys))
            }
            // The cluster removes them by itself: an hour after they are forgotten.
            let key = keys[3]
            let found = try await couchbase.collections.idempotencyKeys.lookupIn(
                StoredKey.documentKey(key.key), [.get("$document.exptime", isAttribute: true)])
            let seconds = (key.reservedAt.millisecondsSinceEpoch + 25 * Self.hour) / 1_000
            #expect(abs(try found.content(0, as: Int64.self) - seconds) <= 1)
        }
        try await source.close()
        try await back.close()
    }

    @Test("of idempotency keys goes on where it was, and leaves what is newer in the target")
    func resumedKeys() async throws {
        struct Stopped: Error {}
        let directory = try TemporaryDirectory()
        let (source, target) = (try sqlite(directory, "a.sqlite"), try sqlite(directory, "b.sqlite"))
        let keys = Self.keys(1...2_500)
        for start in stride(from: 0, to: keys.count, by: 500) {
            try await source.keep(Array(keys[start..<start + 500]))
        }
        // Reserved again in the target; completed there since.
        var (later, completed) = (keys[0], keys[2])
        later.reservedAt = Self.now
        completed.completedAt = Self.now
        try await target.keep([later, completed])
        let copy = StoreCopy(from: source, to: target, now: Self.now)
        var saved = StoreCopy.Progress()
        await #expect(throws: Stopped.self) {
            _ = try await copy.run(from: saved) { progress in
                saved = progress
                if progress.keys >= 1_000 { throw Stopped() }
            }
        }
        #expect(saved.keys == 1_000)
        #expect(try await copy.compare().differences > 1_400)
        #expect(try await copy.run(from: saved) { _ in }.keys == 2_500)
        #expect(try await copy.compare().differences == 0)
        let newer = [later.key: later, completed.key: completed]
        #expect(try await Self.allKeys(target) == Set(keys.map { newer[$0.key] ?? $0 }))
        try await source.close()
        try await target.close()
    }
}
