import Logging
import ServiceLifecycle

extension InstanceDirectory {
    /// Claims a slot below `parent`, waiting for as long as that cannot be done: a disk that is full when a service
    /// starts must not end its process, and with it all that runs there.
    ///
    /// - Returns: nil when the task is to stop before.
    public static func claim(in parent: String, logger: Logger) async -> InstanceDirectory? {
        let backoff = Backoff(base: .milliseconds(250), cap: .seconds(15))
        var random = SystemRandomNumberGenerator()
        var attempt = 0
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                return try InstanceDirectory(claimingIn: parent)
            } catch {
                let delay = backoff.delay(attempt: attempt, using: &random)
                attempt += 1
                logger.error(
                    "the state directory cannot be used yet",
                    metadata: ["error": "\(error)", "attempt": "\(attempt)", "wait": "\(delay)"])
                let end = ContinuousClock.now + delay
                while ContinuousClock.now < end, !Task.isCancelled, !Task.isShuttingDownGracefully {
                    // Cancellation ends the sleep; the loop's condition then ends the loop.
                    try? await Task.sleep(for: min(.milliseconds(100), end - .now))
                }
            }
        }
        return nil
    }
}
