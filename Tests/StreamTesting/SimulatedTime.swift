import StreamProcessing

/// Time that passes only when somebody waits.
package final class SimulatedTime {
    private var now = ContinuousClock.now
    /// Milliseconds since 1970.
    package private(set) var wallClock: Int64 = 1_700_000_000_000

    package init() {}

    package func pass(_ duration: Duration) {
        now += duration
        wallClock += duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
    }

    package var clock: TaskClock { TaskClock(now: { self.now }, rest: { self.pass($0) }) }
}
