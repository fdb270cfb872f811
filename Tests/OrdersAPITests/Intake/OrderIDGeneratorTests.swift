import OrderEvents
import Synchronization
import Testing

@testable import OrdersAPI

@Suite struct OrderIDGeneratorTests {
    private final class Clock: Sendable {
        let milliseconds: Mutex<Int64>
        init(_ now: Timestamp) { milliseconds = Mutex(now.millisecondsSinceEpoch) }
        func advance(_ step: Int64) { milliseconds.withLock { $0 += step } }
        var now: Timestamp { Timestamp(millisecondsSinceEpoch: milliseconds.withLock { $0 }) }
    }

    @Test func idsRiseWithTimeAndSayWhenTheyWereMade() {
        let clock = Clock(Sample.now)
        let generator = OrderIDGenerator(instance: 3) { clock.now }
        let first = generator.next()
        clock.advance(5)
        let second = generator.next()
        #expect(first < second)
        #expect(OrderIDGenerator.time(of: first) == Sample.now)
        #expect(OrderIDGenerator.time(of: second) == Sample.now.advanced(byMilliseconds: 5))
    }

    @Test func idsOfOneMillisecondDifferEvenBeyondItsCounter() {
        let generator = OrderIDGenerator(instance: 0) { Sample.now }
        let ids = (0..<2000).map { _ in generator.next() }
        #expect(Set(ids).count == 2000)
        #expect(ids == ids.sorted())
    }

    @Test func aClockThatGoesBackMakesNoIDTwice() {
        let clock = Clock(Sample.now)
        let generator = OrderIDGenerator(instance: 0) { clock.now }
        var ids = (0..<10).map { _ in generator.next() }
        clock.advance(-60_000)
        ids += (0..<10).map { _ in generator.next() }
        #expect(Set(ids).count == 20)
        #expect(ids == ids.sorted())
    }

    @Test func instancesOfDifferentNumbersNeverMakeTheSame() {
        let ids = OrderIDGenerator.instances.flatMap { instance in
            let generator = OrderIDGenerator(instance: instance) { Sample.now }
            return (0..<600).map { _ in generator.next() }
        }
        #expect(Set(ids).count == ids.count)
    }

    @Test func theyFitABrowsersNumbersUntil2058() {
        let generator = OrderIDGenerator(instance: 31) { Timestamp(rfc3339: "2058-10-01T00:00:00Z")! }
        let id = generator.next()
        #expect(id.rawValue < OrderID.maximum)
        #expect(OrderIDGenerator.time(of: id) == Timestamp(rfc3339: "2058-10-01T00:00:00Z"))
    }
}
