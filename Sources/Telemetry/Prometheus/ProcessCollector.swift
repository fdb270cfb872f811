import Foundation

/// The process's own figures under the names that Prometheus clients agree on (`process_…`), read from Linux's procfs.
///
/// A figure that cannot be read is left out, never written as zero. Elsewhere than on Linux that is all of them.
public struct ProcessCollector: Sendable {
    /// Fields of `/proc/<pid>/stat` that are used, in its own units. Source: proc(5).
    struct Stat: Equatable, Sendable {
        /// User and kernel time, in clock ticks.
        var cpuTicks: UInt64
        /// When the process started, in clock ticks since boot.
        var startTicks: UInt64
        var virtualBytes: UInt64
        var residentPages: UInt64

        /// The command's name may hold spaces and brackets, so fields are counted from the last bracket.
        init?(parsing line: String) {
            guard let end = line.lastIndex(of: ")") else { return nil }
            let fields = line[line.index(after: end)...].split(separator: " ")
            guard fields.count > 21, let user = UInt64(fields[11]), let system = UInt64(fields[12]),
                let start = UInt64(fields[19]), let virtual = UInt64(fields[20]), let resident = UInt64(fields[21])
            else { return nil }
            cpuTicks = user + system
            startTicks = start
            virtualBytes = virtual
            residentPages = resident
        }
    }

    private let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    private let pageBytes = Double(sysconf(Int32(_SC_PAGESIZE)))

    /// Reads nothing yet.
    public init() {}

    /// Writes the figures as they are now. Reads procfs.
    public func collect(into text: inout PrometheusText) {
        // Unreadable procfs means that the figure does not exist here, which the caller sees by its absence.
        if let line = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8), let stat = Stat(parsing: line) {
            one(&text, Metric.processCPU, Double(stat.cpuTicks) / ticksPerSecond)
            one(&text, Metric.processResidentMemory, Double(stat.residentPages) * pageBytes)
            one(&text, Metric.processVirtualMemory, Double(stat.virtualBytes))
            if let boot = Self.bootTime() {
                one(&text, Metric.processStartTime, boot + Double(stat.startTicks) / ticksPerSecond)
            }
        }
        // As above: no listing, no figure.
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            one(&text, Metric.processOpenFiles, Double(open))
        }
        var limit = rlimit()
        #if canImport(Glibc)
            let read = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
            let read = getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        if read == 0 { one(&text, Metric.processMaximumFiles, Double(limit.rlim_cur)) }
    }

    private func one(_ text: inout PrometheusText, _ metric: MetricDefinition, _ value: Double) {
        text.family(metric)
        text.sample(metric.name, value: value)
    }

    /// Seconds since the epoch at which the machine booted: `btime` of `/proc/stat`.
    private static func bootTime() -> Double? {
        guard let stat = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return nil }
        return stat.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
    }
}
