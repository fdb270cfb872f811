/// How an instance of a service is.
public enum TaskState: Hashable, Sendable {
    /// Not in its group yet.
    case starting
    /// Has partitions, and brings their state up to the changelog.
    case restoring
    case running
    /// Something is wrong that it waits out. It goes on by itself.
    case retrying(TaskProblem)
}

/// What a service waits for.
public struct TaskProblem: Hashable, Sendable {
    /// The fault's code: `dependency_unavailable`, `fenced`, …
    public var code: String
    /// For people; holds no secret.
    public var detail: String
    /// Failures in a row, from 1.
    public var attempt: Int
    /// When it tries again, milliseconds since 1970.
    public var nextAttemptAt: Int64

    public init(code: String, detail: String, attempt: Int, nextAttemptAt: Int64) {
        self.code = code
        self.detail = detail
        self.attempt = attempt
        self.nextAttemptAt = nextAttemptAt
    }
}

/// Is notified how tasks are. Called on the task's thread, so an implementation only takes note.
public protocol TaskObserver: Sendable {
    func task(_ service: String, instance: String, is state: TaskState)
    /// It was stopped, and has nothing open.
    func taskEnded(_ service: String, instance: String)
}
