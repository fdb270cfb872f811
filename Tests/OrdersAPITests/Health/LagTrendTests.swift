import Testing

@testable import OrdersAPI

/// One service with two partitions, looked at every five seconds.
@Suite struct LagTrendTests {
    private let start = ContinuousClock.now

    private func look(
        _ trend: inout LagTrend, _ places: [(position: Int64, end: Int64)], after seconds: Int
    ) -> LagTrend.Standing? {
        let service = SystemHealth.Service(
            service: MonitoredService(name: "fraud", group: "fraud-group", topics: ["orders"]), level: .ok, members: 1,
            partitions: places.enumerated().map { number, place in
                .init(
                    topic: "orders", partition: Int32(number), lag: place.end - place.position,
                    position: place.position, end: place.end)
            }, instances: [])
        return trend.look(at: [service], now: start + .seconds(seconds))["fraud"]
    }

    @Test func aGroupThatHasEverythingIsNotBehind() {
        var trend = LagTrend()
        for second in [0, 5, 600] {
            #expect(look(&trend, [(7, 7), (3, 3)], after: second) == LagTrend.Standing(records: ["orders": 0]))
        }
    }

    @Test func theOldestRecordThatWaitsSaysForHowLong() {
        var trend = LagTrend()
        _ = look(&trend, [(0, 0), (0, 0)], after: 0)
        _ = look(&trend, [(0, 10), (0, 0)], after: 5)
        _ = look(&trend, [(0, 20), (0, 5)], after: 10)
        // The first partition's records up to 10 are read, those up to 20 came at 10 s, and the second's wait since.
        #expect(look(&trend, [(10, 20), (0, 5)], after: 25)?.seconds == 15)
        #expect(look(&trend, [(10, 20), (0, 5)], after: 25)?.records == ["orders": 15])
        #expect(look(&trend, [(20, 20), (5, 5)], after: 30)?.seconds == 0)
    }

    @Test func theTimeToDrainIsTheLagAtThePaceOfTheLastMinute() {
        var trend = LagTrend()
        #expect(look(&trend, [(0, 1_000)], after: 0)?.drainSeconds == .infinity)
        // 100 fewer in 10 s.
        #expect(look(&trend, [(150, 1_050)], after: 10)?.drainSeconds == 90)
        #expect(look(&trend, [(1_050, 1_050)], after: 20)?.drainSeconds == 0)
    }

    @Test func aLagThatGrowsIsNeverDrained() {
        var trend = LagTrend()
        _ = look(&trend, [(0, 100)], after: 0)
        #expect(look(&trend, [(50, 200)], after: 10)?.drainSeconds == .infinity)
    }

    @Test func aLogThatWasReplacedBeginsAgain() {
        var trend = LagTrend()
        _ = look(&trend, [(0, 100)], after: 0)
        #expect(look(&trend, [(0, 5)], after: 60)?.seconds == 0)
        #expect(look(&trend, [(0, 5)], after: 65)?.seconds == 5)
    }

    @Test func theFirstLookIsRememberedHoweverManyFollow() throws {
        var trend = LagTrend()
        for number in 0..<5_000 { _ = look(&trend, [(0, Int64(number + 1))], after: number * 5) }
        // The places between looks are interpolated.
        let seconds = try #require(look(&trend, [(0, 5_000)], after: 25_000)?.seconds)
        #expect(abs(seconds - 25_000) < 0.000_001)
    }
}
