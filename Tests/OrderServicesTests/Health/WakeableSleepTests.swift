import Testing

@testable import OrderServices

/// Sleeps here are longer than a test may take.
@Suite(.timeLimit(.minutes(1))) struct WakeableSleepTests {
    private let sleep = WakeableSleep()
    private let long: Duration = .seconds(3_600)

    @Test func aWakeUpBeforeItEndsItAtOnceAndTheNextOneOnlyByTime() async {
        sleep.wake()
        sleep.wake()
        await sleep.sleep(for: long)
        await sleep.sleep(for: .milliseconds(1))
    }

    @Test func aWakeUpAndACancellationEndIt() async {
        for round in 0..<100 {
            let sleeper = Task { await sleep.sleep(for: long) }
            if round.isMultiple(of: 3) { await Task.yield() }
            if round.isMultiple(of: 2) { sleep.wake() } else { sleeper.cancel() }
            await sleeper.value
        }
    }
}
