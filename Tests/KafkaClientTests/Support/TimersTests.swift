import Testing

@testable import KafkaClient

@Suite struct TimersTests {
    @Test func timersFireByDeadlineAndThenInTheOrderOfSetting() {
        var timers = Timers()
        var fired: [Int] = []
        _ = timers.set(at: 20) { fired.append(3) }
        _ = timers.set(at: 10) { fired.append(1) }
        let cancelled = timers.set(at: 10) { fired.append(0) }
        _ = timers.set(at: 10) { fired.append(2) }
        timers.cancel(cancelled)
        #expect(timers.nextDeadline == 10)
        while let body = timers.popExpired(now: 10) { body() }
        #expect(fired == [1, 2])
        #expect(timers.nextDeadline == 20)
        while let body = timers.popExpired(now: 25) { body() }
        #expect(fired == [1, 2, 3])
        #expect(timers.nextDeadline == nil)
    }
}
