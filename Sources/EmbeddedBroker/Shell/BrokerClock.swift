import BrokerCore
import Glibc

/// The machine's clocks, in milliseconds.
struct BrokerClock: Sendable {
    var now: BrokerTime {
        BrokerTime(wall: Self.milliseconds(CLOCK_REALTIME), monotonic: Self.milliseconds(CLOCK_MONOTONIC))
    }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
