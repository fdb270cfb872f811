#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A plain thread of the operating system, for calls that block: Swift's own pool has a thread a core and must
/// never wait.
package enum OSThread {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs `body` on a new, detached thread. `name` shows in `ps` and debuggers; the system keeps 15 bytes of it.
    package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        let result = pthread_create(&thread, nil, OSThread.main, start.toOpaque())
        precondition(result == 0, "the system refuses another thread (errno \(result))")
        pthread_detach(thread)
    }

    /// Blocks the calling thread.
    package static func sleep(_ duration: Duration) {
        usleep(
            UInt32(
                clamping: duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000)
        )
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
        nameThisThread(start.name)
        start.body()
        return nil
    }

    /// By way of /proc, as the C function for it is a GNU extension that Swift does not see. Without /proc: no name.
    private static func nameThisThread(_ name: String) {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = Array(name.utf8.prefix(15)).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    }
}
