/// One thread of the operating system that runs what it is given, in order.
///
/// Two uses. An actor pinned to it runs all its code there and may block:
/// ```swift
/// actor Loop {
///     let thread = DedicatedThread(name: "payments")
///     nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
/// }
/// ```
/// And ``run(_:)`` takes a single blocking call off Swift's cooperative pool. A call that blocks holds up all
/// that is queued behind it, so give each independent waiter a thread of its own.
///
/// The thread ends, after what is queued by then has run, when the last reference to the object goes.
public final class DedicatedThread: SerialExecutor {
    private enum Work: Sendable {
        /// The executor is held until its job has run: the job may drop the last other reference.
        case job(UnownedJob, DedicatedThread)
        case call(@Sendable () -> Void)
    }

    /// Shown by the operating system's tools, as far as it allows.
    public let name: String
    private let thread: WorkThread<Work>

    /// `name` shows in `ps -L` and debuggers; Linux keeps the first 15 bytes.
    public init(name: String) {
        self.name = name
        thread = WorkThread(name: name) { work in
            switch work {
            case .job(let job, let executor): job.runSynchronously(on: executor.asUnownedSerialExecutor())
            case .call(let call): call()
            }
        }
    }

    /// Runs the job on the thread, after those that are queued already.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        thread.submit(.job(job, self))
    }

    /// Runs a blocking call on this thread and awaits its outcome. Not cancellable: a call that is queued will run.
    @discardableResult
    public func run<R, E: Error>(_ body: sending @escaping () throws(E) -> sending R) async throws(E) -> sending R {
        let body = OneUse(body)
        let outcome: OneUse<Result<R, E>> = await withUnsafeContinuation { continuation in
            thread.submit(.call { continuation.resume(returning: DedicatedThread.outcome(of: body.take())) })
        }
        return try outcome.take().get()
    }

    private static func outcome<R, E: Error>(of body: () throws(E) -> sending R) -> OneUse<Result<R, E>> {
        do throws(E) {
            return OneUse(.success(try body()))
        } catch {
            return OneUse(.failure(error))
        }
    }
}
