import OrderEvents
import Testing

@testable import OrdersAPI

@Suite struct LiveAggregatesTests {
    private var live = LiveAggregates()
    private let now = Sample.now

    private mutating func fold(_ aggregate: Aggregate, place: LiveAggregates.Place? = nil) -> Bool {
        live.fold(aggregate, at: place, now: now)
    }

    @Test mutating func partitionsAreAddedUp() throws {
        _ = fold(Sample.aggregate(.allTime, partition: 0, orders: 2, sales: 500, late: 1))
        _ = fold(Sample.aggregate(.allTime, partition: 1, orders: 3, sales: 700))
        let sum = live.sumOfTotals()
        #expect(sum.cells.map(\.tally.orders) == [5])
        #expect(sum.cells.map(\.tally.sales) == [1200])
        #expect(sum.late == 1)
    }

    @Test mutating func aNewerRevisionReplacesAndAnOlderOneDoesNot() throws {
        #expect(fold(Sample.aggregate(.allTime, orders: 2, revision: 5)))
        #expect(!fold(Sample.aggregate(.allTime, orders: 1, revision: 4)))
        #expect(!fold(Sample.aggregate(.allTime, orders: 9, revision: 5)))
        #expect(fold(Sample.aggregate(.allTime, orders: 3, revision: 6)))
        #expect(live.sumOfTotals().cells[0].tally.orders == 3)
    }

    @Test mutating func windowsOlderThanThreeHoursAndFarAheadAreNotKept() {
        #expect(fold(Sample.aggregate(.minute(start: Sample.minute(-180)), orders: 1)))
        #expect(!fold(Sample.aggregate(.minute(start: Sample.minute(-181)), orders: 1)))
        #expect(fold(Sample.aggregate(.minute(start: Sample.minute(60)), orders: 1)))
        #expect(!fold(Sample.aggregate(.minute(start: Sample.minute(61)), orders: 1)))
    }

    @Test mutating func oldWindowsAreForgotten() throws {
        _ = fold(Sample.aggregate(.minute(start: Sample.minute(-180)), orders: 1))
        live.noteLoaded(since: Sample.minute(-180))
        live.expire(now: now.advanced(byMilliseconds: 60_000))
        #expect(live.changedWindows(since: .tick(0), now: now).isEmpty)
        #expect(live.completeSince == Sample.minute(-179))
    }

    @Test mutating func aTickNamesTheWindowsThatChangedInIt() {
        _ = fold(Sample.aggregate(.minute(start: Sample.minute()), orders: 1, revision: 1))
        #expect(live.closeTick() == 1)
        #expect(live.closeTick() == nil)
        _ = fold(Sample.aggregate(.minute(start: Sample.minute(-5)), orders: 1, revision: 1))
        #expect(live.closeTick() == 2)
        #expect(live.changedWindows(since: .tick(0), now: now) == [Sample.minute(-5), Sample.minute()])
        #expect(live.changedWindows(since: .tick(1), now: now) == [Sample.minute(-5)])
        #expect(live.changedWindows(since: .tick(2), now: now).isEmpty)
        #expect(live.changedWindows(since: .recent, now: now) == [Sample.minute()])
    }

    @Test mutating func aPositionNamesTheWindowsThatChangedAfterIt() {
        let window = AggregateWindow.minute(start: Sample.minute())
        _ = fold(Sample.aggregate(window, orders: 1, revision: 1), place: .init(partition: 4, offset: 10))
        _ = fold(
            Sample.aggregate(.minute(start: Sample.minute(-1)), orders: 1, revision: 1),
            place: .init(partition: 4, offset: 11))
        #expect(live.changedWindows(since: .position(LogPosition([4: 10])), now: now) == [Sample.minute(-1)])
        #expect(live.changedWindows(since: .position(LogPosition([4: 11])), now: now).isEmpty)
    }

    @Test mutating func aWindowThatTheStoreBroughtFirstIsStillFoundByItsPlace() {
        let window = AggregateWindow.minute(start: Sample.minute())
        _ = fold(Sample.aggregate(window, orders: 1, revision: 3))
        _ = fold(Sample.aggregate(window, orders: 1, revision: 3), place: .init(partition: 0, offset: 20))
        #expect(live.changedWindows(since: .position(LogPosition([0: 19])), now: now) == [Sample.minute()])
    }

    @Test mutating func aSumThatNo64BitsHoldIsASumLikeAnyOther() {
        _ = fold(Sample.aggregate(.allTime, partition: 0, orders: 1, sales: MinorUnits(Int64.max)))
        _ = fold(Sample.aggregate(.allTime, partition: 1, orders: 1, sales: MinorUnits(Int64.max)))
        #expect(live.sumOfTotals().cells[0].tally.sales == MinorUnits(Int64.max) * 2)
    }
}
