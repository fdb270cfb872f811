import ServiceLifecycle

/// Failures in a row of one task at one thing, and how long it waits after each.
package struct Retry {
    private let backoff: Backoff
    /// Since the last success.
    package private(set) var failures = 0
    private var random = SystemRandomNumberGenerator()

    package init(_ backoff: Backoff) { self.backoff = backoff }

    package mutating func succeeded() { failures = 0 }

    /// - Returns: how long to wait before the next attempt.
    package mutating func failed() -> Duration {
        defer { failures += 1 }
        return backoff.delay(attempt: failures, using: &random)
    }

    /// What became of an attempt.
    package struct Failure {
        package let error: any Error
        /// From 1.
        package let attempt: Int
        package let wait: Duration
    }

    /// Does something until it succeeds or the task is to stop.
    ///
    /// - Parameter onFailure: is called with each failure, before the wait.
    /// - Returns: nil when the task is to stop before.
    package static func untilStopped<Value>(
        isolation: isolated (any Actor)? = #isolation, _ backoff: Backoff, _ body: () async throws -> Value,
        onFailure: (Failure) -> Void
    ) async -> Value? {
        var retry = Retry(backoff)
        while !Stop.isRequested {
            do {
                return try await body()
            } catch {
                if Stop.isRequested { return nil }
                let wait = retry.failed()
                onFailure(Failure(error: error, attempt: retry.failures, wait: wait))
                await Stop.rest(for: wait)
            }
        }
        return nil
    }
}

/// Whether the running task is to stop, by cancellation or by a graceful shutdown.
package enum Stop {
    package static var isRequested: Bool { Task.isCancelled || Task.isShuttingDownGracefully }

    /// Waits, and no longer than until the task is to stop: the callers' loops look for that.
    package static func rest(for duration: Duration) async {
        if isRequested || duration <= .zero { return }
        // What ends a sleep early is that the task is to stop.
        if duration <= .milliseconds(100) {
            try? await Task.sleep(for: max(duration, .milliseconds(1)))
        } else {
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: duration) }
        }
    }
}
