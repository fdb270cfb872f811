import Testing

@testable import StreamProcessing

@Suite struct StuckCallTests {
    private let start = ContinuousClock.now

    /// Whether it is enough after a failure so many seconds from the start.
    private func failed(_ call: inout StuckCall, connected: Bool = true, after seconds: Int) -> Bool {
        call.failed(isConnected: connected, now: start + .seconds(seconds))
    }

    @Test func aCallThatFailsWhileTheBrokerIsThereIsGivenUpAfterHalfAMinute() {
        var call = StuckCall()
        #expect(failed(&call, after: 0) == false)
        #expect(failed(&call, after: 29) == false)
        #expect(failed(&call, after: 30) == true)
    }

    @Test func theTimeInWhichTheBrokerIsAwayDoesNotCount() {
        var call = StuckCall()
        #expect(failed(&call, after: 0) == false)
        #expect(failed(&call, connected: false, after: 300) == false)
        #expect(failed(&call, after: 301) == false)
        #expect(failed(&call, after: 330) == false)
        #expect(failed(&call, after: 331) == true)
    }

    @Test func aSuccessBeginsAnew() {
        var call = StuckCall()
        #expect(failed(&call, after: 0) == false)
        call.succeeded()
        #expect(failed(&call, after: 60) == false)
    }
}
