import Foundation

/// The loop's clock and its sleep, so that a test can let time pass by itself. Not the wall clock, which can go back.
package struct TaskClock {
    package var now: () -> ContinuousClock.Instant
    /// Blocks the thread, which is the task's own; for a fraction of a second.
    package var rest: (Duration) -> Void

    package init(now: @escaping () -> ContinuousClock.Instant, rest: @escaping (Duration) -> Void) {
        self.now = now
        self.rest = rest
    }

    package static var system: TaskClock {
        TaskClock(now: { .now }, rest: { usleep(UInt32(clamping: $0.components.attoseconds / 1_000_000_000_000)) })
    }
}
