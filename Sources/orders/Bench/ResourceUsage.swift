import Foundation

/// What this process has used, by the system's own accounts.
struct ResourceUsage {
    /// User and system time, seconds.
    var cpuSeconds: Double
    /// The most memory that was resident since the start or the last `resetPeak`, bytes.
    var peakBytes: Int64

    static func now() -> ResourceUsage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
        return ResourceUsage(cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), peakBytes: peak())
    }

    /// Resets the peak (Linux 4.0: `clear_refs`, 5).
    static func resetPeak() {
        // Where it is not allowed, the peak is since the process's start, which is then what is reported.
        try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    }

    private static func peak() -> Int64 {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int64($0) })
        else { return 0 }
        return kilobytes * 1_024
    }
}
