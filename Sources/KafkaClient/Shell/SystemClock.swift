import Glibc

/// The machine's clocks, for the shell alone.
enum SystemClock {
    static var now: ClientTime { ClientTime(monotonic: monotonic, wall: wall) }
    static var monotonic: Int64 { milliseconds(CLOCK_MONOTONIC) }
    static var wall: Int64 { milliseconds(CLOCK_REALTIME) }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
