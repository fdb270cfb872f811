import OrderEvents
import Testing

@testable import OrdersAPI

@Suite struct RecentOrdersTests {
    @Test func theNewestAreThoseWithTheHighestIDsWhateverOrderTheyComeIn() {
        var recent = RecentOrders()
        for id in (1...100).shuffled() { recent.fold(Sample.document(Int64(id))) }
        #expect(recent.newest(3).map(\.order.id.rawValue) == [100, 99, 98])
        #expect(recent.newest(1000).count == RecentOrders.capacity)
    }

    @Test func anOrdersLatestRevisionStands() {
        var recent = RecentOrders()
        recent.fold(Sample.document(1, revision: 2))
        recent.fold(Sample.document(1, revision: 1))
        recent.fold(Sample.document(2, revision: 1))
        recent.fold(Sample.document(1, revision: 3))
        #expect(recent.newest(10).map(\.revision) == [1, 3])
    }

    @Test func anOrderThatIsNotAmongTheNewestDoesNotComeBackByAChange() {
        var recent = RecentOrders()
        for id in 1...40 { recent.fold(Sample.document(Int64(id))) }
        recent.fold(Sample.document(1, revision: 9))
        #expect(recent.newest(100).allSatisfy { $0.order.id.rawValue > 8 })
    }
}
