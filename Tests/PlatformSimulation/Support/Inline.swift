/// Runs jobs one after the other on the thread that waits for them: nothing in a run happens on another one.
///
/// Unchecked: one thread uses it.
private final class InlineExecutor: TaskExecutor, @unchecked Sendable {
    private var jobs: [UnownedJob] = []
    private var next = 0

    func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

    func drain() {
        while next < jobs.count {
            let job = jobs[next]
            next += 1
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
        jobs.removeAll()
        next = 0
    }
}

/// Carries something to a task on the same thread.
private struct Carried<Value>: @unchecked Sendable { let value: Value }

private final class Ended: @unchecked Sendable { var isTrue = false }

/// Calls an asynchronous function and comes back when it has. It may wait for its own children only, and it may be
/// called from within another one: then that one stands still meanwhile, as a process does that the system has stopped.
func runInline(_ body: @escaping () async -> Void) {
    let executor = InlineExecutor()
    let (carried, ended) = (Carried(value: body), Ended())
    Task.detached(executorPreference: executor) {
        await carried.value()
        ended.isTrue = true
    }
    executor.drain()
    precondition(ended.isTrue, "a service waits for something that is not in its run")
}
