import Logging

extension InstanceDirectory {
    /// Claims a slot below `parent`, waiting for as long as that cannot be done: a disk that is full when a service
    /// starts must not end its process, and with it all that runs there.
    ///
    /// - Returns: nil when the task is to stop before.
    public static func claim(in parent: String, logger: Logger) async -> InstanceDirectory? {
        await Retry.untilStopped(Backoff(base: .milliseconds(250), cap: .seconds(15))) {
            try InstanceDirectory(claimingIn: parent)
        } onFailure: {
            logger.error(
                "the state directory cannot be used yet",
                metadata: ["error": "\($0.error)", "attempt": "\($0.attempt)", "wait": "\($0.wait)"])
        }
    }
}
