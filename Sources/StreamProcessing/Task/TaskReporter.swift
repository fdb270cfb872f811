/// Tells the observer of changes, and of nothing else: it is asked after every batch. Belongs to the task's thread.
final class TaskReporter {
    private let service: String
    private let instance: String
    private let observer: (any TaskObserver)?
    private let now: @Sendable () -> Int64
    private var state: TaskState?
    /// An error in words, without secrets.
    let explain: (any Error) -> String

    init(
        service: String, instance: String, observer: (any TaskObserver)?, now: @escaping @Sendable () -> Int64,
        explain: @escaping (any Error) -> String = { Redaction.shown("\($0)") }
    ) {
        self.explain = explain
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
                    code: fault.code, detail: explain(error), attempt: attempt,
                    nextAttemptAt: now() + milliseconds)))
    }

    func ended() { observer?.taskEnded(service, instance: instance) }
}
