import CTimex
import Foundation

/// The steps `clock` and `disk`: what this machine has.
struct LocalCheck {
    let data: DataOptions

    func findings() -> [DoctorFinding] { [clock(), disk(), flush()].compactMap { $0 } }

    /// Whether the kernel's clock follows a time server.
    private func clock() -> DoctorFinding {
        var state = timex()
        let result = adjtimex(&state)
        if result < 0 { return .skipped("clock", "this machine", "the kernel does not say how its clock is kept") }
        if state.status & Int32(STA_UNSYNC) != 0 {
            return .warning(
                "clock", "this machine", "the clock is not known to follow a time server",
                "Run chrony or systemd-timesyncd, on the host if this is a container.")
        }
        return .ok("clock", "this machine", "the clock follows a time server")
    }

    /// The directory, or the one that it would be made in.
    private var directory: String {
        var path = URL(fileURLWithPath: data.dataDir).standardizedFileURL
        while !FileManager.default.fileExists(atPath: path.path), path.path != "/" { path.deleteLastPathComponent() }
        return path.path
    }

    private func disk() -> DoctorFinding {
        let directory = directory
        var state = statvfs()
        guard statvfs(directory, &state) == 0 else {
            return .failed("disk", directory, String(cString: strerror(errno)), "Choose another one with --data-dir.")
        }
        let free = Int64(state.f_bavail) * Int64(state.f_frsize)
        let isThere = FileManager.default.fileExists(atPath: data.dataDir)
        let found = "\(free >> 20) MiB are free" + (isThere ? "" : "; \(data.dataDir) is yet to be made")
        if free < 200 << 20 { return .failed("disk", directory, found, "Make room: the broker stops writing without.") }
        if free < 2 << 30 { return .warning("disk", directory, found, "Make room: orders of a week are kept.") }
        return .ok("disk", directory, found)
    }

    /// How long it takes until a write is safe: each acknowledged order waits for one.
    private func flush() -> DoctorFinding? {
        let path = "\(directory)/.doctor-\(UUID().uuidString)"
        let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            return .failed(
                "disk", directory, "it cannot be written: \(String(cString: strerror(errno)))",
                "Choose another one with --data-dir, or fix its permissions.")
        }
        defer { close(file) }
        // Gone at once, and not left behind by a doctor that is stopped: what is open can be written.
        unlink(path)
        var times: [Duration] = []
        let began = ContinuousClock.now
        let bytes = [UInt8](repeating: 0, count: 4_096)
        while times.count < 20, ContinuousClock.now - began < .seconds(5) {
            let start = ContinuousClock.now
            guard write(file, bytes, bytes.count) == bytes.count, fdatasync(file) == 0 else {
                return .failed(
                    "disk", directory, "a write does not become safe: \(String(cString: strerror(errno)))",
                    "Replace the disk, or make room on it.")
            }
            times.append(ContinuousClock.now - start)
        }
        let median = times.sorted()[times.count / 2]
        let found = "a flush takes \(median.formatted(.units(allowed: [.milliseconds, .microseconds], width: .narrow)))"
        if median > .milliseconds(50) {
            return .warning("disk", directory, found, "Use a faster disk: each acknowledged order waits for a flush.")
        }
        return .ok("disk", directory, found)
    }
}
