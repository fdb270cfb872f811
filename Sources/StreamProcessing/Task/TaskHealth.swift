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

/// Tells the observer of changes, and of nothing else: it is asked after every batch. Belongs to the task's thread.
final class TaskReporter {
    private let service: String
    private let instance: String
    private let observer: (any TaskObserver)?
    private let now: @Sendable () -> Int64
    private var state: TaskState?

    init(service: String, instance: String, observer: (any TaskObserver)?, now: @escaping @Sendable () -> Int64) {
        self.service = service
        self.instance = instance
        self.observer = observer
        self.now = now
    }

    func report(_ new: TaskState) {
        if state == new { return }
        state = new
        observer?.task(service, instance: instance, is: new)
    }

    func retrying(_ fault: Fault, _ error: any Error, attempt: Int, wait: Duration) {
        // A group that shares out its partitions makes a batch fail now and then.
        if fault == .dependency(code: Fault.rebalancing), attempt < 3 { return }
        let milliseconds = wait.components.seconds * 1_000 + wait.components.attoseconds / 1_000_000_000_000_000
        report(
            .retrying(
                TaskProblem(
                    code: fault.code, detail: Redaction.shown("\(error)"), attempt: attempt,
                    nextAttemptAt: now() + milliseconds)))
    }

    func ended() { observer?.taskEnded(service, instance: instance) }
}
