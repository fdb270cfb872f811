import OrderEvents
import Testing

@testable import OrdersAPI

@Suite struct RecentOrdersTests {
    @Test func ofOneMillisecondTheNewestAreThoseWithTheHighestIDs() {
        var recent = RecentOrders()
        for id in (1...100).shuffled() { recent.fold(Sample.document(Int64(id)), now: Sample.now) }
        #expect(recent.newest(3).map(\.order.id.rawValue) == [100, 99, 98])
        #expect(recent.newest(1000).count == RecentOrders.capacity)
    }

    @Test func anOrdersLatestRevisionStands() {
        var recent = RecentOrders()
        recent.fold(Sample.document(1, revision: 2), now: Sample.now)
        recent.fold(Sample.document(1, revision: 1), now: Sample.now)
        recent.fold(Sample.document(2, revision: 1), now: Sample.now)
        recent.fold(Sample.document(1, revision: 3), now: Sample.now)
        #expect(recent.newest(10).map(\.revision) == [1, 3])
    }

    @Test func anOrderThatIsNotAmongTheNewestDoesNotComeBackByAChange() {
        var recent = RecentOrders()
        for id in 1...40 { recent.fold(Sample.document(Int64(id)), now: Sample.now) }
        recent.fold(Sample.document(1, revision: 9), now: Sample.now)
        #expect(recent.newest(100).allSatisfy { $0.order.id.rawValue > 8 })
    }

    private func document(_ id: Int64, createdAt: Timestamp, seenAt: Timestamp? = nil, revision: Int64 = 1)
        -> OrderDocument
    {
        let seenAt = seenAt ?? createdAt
        return OrderDocument(
            order: Sample.order(id, createdAt: createdAt), createdSeenAt: seenAt, revision: revision, updatedAt: seenAt)
    }

    @Test func theNewestAreThoseCreatedLastWhateverTheirIDs() {
        var recent = RecentOrders()
        // The API's ids are far above a producer's.
        let documents = (0..<100).map { (number: Int64) -> OrderDocument in
            let id = number % 2 == 0 ? 750_000_000_000_000 + number : number + 1
            return document(id, createdAt: Sample.now.advanced(byMilliseconds: number))
        }
        for document in documents.shuffled() { recent.fold(document, now: Sample.now.advanced(byMilliseconds: 1_000)) }
        #expect(recent.newest(10) == Array(documents.suffix(10).reversed()))
    }

    @Test func anOrderOfAClockThatIsAheadGoesWithThoseItCameWith() {
        var recent = RecentOrders()
        let hours = Sample.now.advanced(byMilliseconds: 5 * 3_600_000)
        recent.fold(document(1, createdAt: Sample.now), now: Sample.now)
        recent.fold(
            document(2, createdAt: hours, seenAt: Sample.now.advanced(byMilliseconds: 5)),
            now: Sample.now.advanced(byMilliseconds: 10))
        #expect(recent.newest(10).map(\.order.id.rawValue) == [2, 1])
        let later = Sample.now.advanced(byMilliseconds: 1_000)
        recent.fold(document(3, createdAt: later), now: later)
        #expect(recent.newest(10).map(\.order.id.rawValue) == [3, 2, 1])
        // A change does not bring it back to the top, and it does not stay indefinitely.
        recent.fold(document(2, createdAt: hours, seenAt: Sample.now, revision: 2), now: later)
        #expect(recent.newest(10).map(\.order.id.rawValue) == [3, 2, 1])
        for id in 10..<Int64(10 + RecentOrders.capacity) { recent.fold(document(id, createdAt: later), now: later) }
        #expect(!recent.newest(100).contains { $0.order.id.rawValue == 2 })
    }

    @Test func anOrderThatMovesInTimeIsShownOnce() {
        var recent = RecentOrders()
        let later = Sample.now.advanced(byMilliseconds: 10)
        recent.fold(document(1, createdAt: Sample.now), now: later)
        recent.fold(document(2, createdAt: Sample.now.advanced(byMilliseconds: 5)), now: later)
        recent.fold(document(1, createdAt: later, revision: 2), now: later)
        #expect(recent.newest(10).map(\.order.id.rawValue) == [1, 2])
    }
}
