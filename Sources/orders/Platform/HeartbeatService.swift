import Foundation
import Logging
import OrderEvents
import ServiceLifecycle
import StreamProcessing
import Synchronization
import UnixSignals

/// Writes a process's heartbeat, and ends the process at SIGINT or SIGTERM while it is starting.
///
/// Later the service group answers these signals. Before that their default action would do, but process 1 of a
/// container has none: it would run on until it is killed.
final class HeartbeatService: Service {
    private let service: String
    private let files: HeartbeatFiles
    private let isServing: @Sendable () -> Bool
    private let isStarted = Mutex(false)
    private let isAsked = Mutex(false)

    private init(_ service: String, _ files: HeartbeatFiles, _ isServing: @escaping @Sendable () -> Bool) {
        self.service = service
        self.files = files
        self.isServing = isServing
    }

    /// - Parameters:
    ///   - service: as in the command line.
    ///   - isServing: whether it does its work.
    /// - Returns: what has to run first in the service group, so that it stops last.
    static func start(
        _ service: String, in dataDirectory: String, isServing: @escaping @Sendable () -> Bool
    ) async throws -> HeartbeatService {
        let heartbeat = HeartbeatService(service, HeartbeatFiles(dataDirectory: dataDirectory), isServing)
        // What the last process left does not speak for this one.
        heartbeat.files.removeLeftovers()
        try heartbeat.write(isServing: false)
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        Task {
            for await _ in signals {
                heartbeat.isAsked.withLock { $0 = true }
                if heartbeat.isStarted.withLock({ $0 }) { continue }
                Standard.output("stopped before it had started\n")
                // Nothing was begun, and what has been opened is made to be cut off.
                _exit(0)
            }
        }
        return heartbeat
    }

    /// What ends the process where its services do not, so long after they were asked to: with 0 where a signal asked.
    ///
    /// - Parameter grace: after which the services are cancelled.
    func stopLimit(after grace: Duration) -> StopLimit {
        StopLimit(grace + .seconds(3), logger: Logger(label: "lifecycle")) { [self] in
            _exit(isAsked.withLock { $0 } ? 0 : 1)
        }
    }

    func run() async throws {
        isStarted.withLock { $0 = true }
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                let isServing = isServing()
                do {
                    try write(isServing: isServing)
                } catch {
                    Logger(label: "health").warning("no heartbeat", metadata: ["error": "\(error)"])
                }
                // Cancellation ends the wait, and the loop.
                try? await Task.sleep(for: isServing ? Heartbeat.interval : .milliseconds(250))
            }
        }
        do {
            try files.remove(service)
        } catch {
            Logger(label: "health").warning("the heartbeat stays", metadata: ["error": "\(error)"])
        }
    }

    private func write(isServing: Bool) throws {
        try files.write(
            Heartbeat(
                service: service, isServing: isServing,
                at: Timestamp(millisecondsSinceEpoch: wallClockMilliseconds())))
    }
}
