import Logging
import ServiceLifecycle
import Synchronization
import Threads

/// Ends the process where its services do not end in time after they were asked to.
///
/// A client library may hold a thread for longer than it was allowed, when the broker goes away within a transaction.
/// What was not finished comes again at the next start, as after a crash.
///
/// It is the last service of its group, so that it hears of the stop first.
package final class StopLimit: Service, CustomStringConvertible {
    package let description = "stop-limit"
    private let limit: Duration
    private let logger: Logger
    private let end: @Sendable () -> Void
    private let isOver = Mutex(false)

    /// - Parameters:
    ///   - limit: how long a stop may take.
    ///   - end: ends the process; on a thread of its own.
    package init(_ limit: Duration, logger: Logger, end: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.logger = logger
        self.end = end
    }

    package func run() async throws {
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled: the group is not waited for.
            return
        }
        // Not a task: what does not end may hold all threads of Swift's pool.
        OSThread.start("stop-limit") { [self] in
            OSThread.sleep(limit)
            isOver.withLock { isOver in
                if isOver { return }
                logger.warning(
                    "not everything has ended \(limit) after the stop began; what was not finished comes again at the next start"
                )
                end()
            }
        }
    }

    /// Everything has ended in time.
    package func disarm() { isOver.withLock { $0 = true } }
}
