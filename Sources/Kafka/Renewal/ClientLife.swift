import Logging
import Metrics
import Synchronization
import Telemetry

/// One purpose for which a process keeps a client for as long as it runs: it outlasts the clients that serve it, which
/// come and go.
///
/// A client can be of no further use permanently. It had a fatal error, or what it remembers of topics is stale because
/// they were deleted and created again, or the cluster is another one now. Whoever keeps one says here how each use
/// went, learns when to make another, and is shown as a problem until something succeeds. Two ways to do so:
/// ``RenewedClient`` for calls, ``again(isolation:_:)`` for loops that read.
public final class ClientLife: Sendable {
    /// For people and metrics: `order log`.
    public let name: String
    let logger: Logger
    private let course: Mutex<ClientCourse>
    private let renewals: Counter
    private let clock: @Sendable () -> ContinuousClock.Instant

    /// A purpose, by the name that people and metrics see.
    public convenience init(_ name: String, logger: Logger) {
        self.init(name, logger: logger, policy: ClientCourse.Policy())
    }

    init(
        _ name: String, logger: Logger, policy: ClientCourse.Policy,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.name = name
        self.logger = logger
        self.clock = clock
        course = Mutex(ClientCourse(policy: policy))
        renewals = Metric.clientRenewals(name)
    }

    /// What is wrong, for as long as nothing has succeeded since.
    public var problem: KafkaError? { course.withLock { $0.error } }

    /// A use went well.
    public func succeeded() {
        let ended = course.withLock { course in
            defer { course.succeeded() }
            return course.error
        }
        if ended != nil { logger.notice("the client works again", metadata: ["client": "\(name)"]) }
    }

    /// Nobody uses it for now, so nothing could succeed: what failed last is no problem any more.
    public func rest() { course.withLock { $0.succeeded() } }

    /// A use failed.
    /// - Returns: whether the client is of no further use.
    @discardableResult
    public func failed(_ error: any Error) -> Bool {
        let error = (error as? KafkaError) ?? KafkaError(code: .clientFailed, message: "\(error)")
        // About what was asked for, not about the client.
        if [.messageTooLarge, .invalidArgument].contains(error.code) { return false }
        let (isFirst, isOver) = course.withLock { course in
            let isFirst = course.error == nil
            return (isFirst, course.failed(error, now: clock()))
        }
        // One line when it begins and one for each new client; what lies between is the problem's detail.
        if isFirst || isOver {
            logger.warning(
                isOver ? "the client is of no further use, another is made" : "the client fails",
                metadata: ["client": "\(name)", "error": "\(error)"])
        }
        return isOver
    }

    /// A client's own word, for one that nobody calls: whether its connection stands.
    /// - Throws: the fatal error that ended it.
    public func look(at status: ClientStatus) throws(KafkaError) {
        if let error = status.fatalError { throw error }
        if status.allBrokersDown {
            failed(
                status.lastError
                    ?? KafkaError(code: .allBrokersDown, message: "no broker can be reached", context: name))
        } else if status.isConnected, problem != nil {
            succeeded()
        }
    }

    /// How long to wait before another client is made.
    var pause: Duration { course.withLock { $0.pause(now: clock()) } }

    func renewed() {
        course.withLock { $0.renewed(now: clock()) }
        renewals.increment()
    }

    /// Runs `body`, which makes a client of its own and closes it, for as long as the task runs: again after it
    /// returns, and after it throws.
    ///
    /// `body` calls ``succeeded()`` when it has something done, so that the pauses are short again.
    public func again(isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                try await body()
            } catch {
                if Task.isCancelled { return }
                failed(error)
                renewed()
            }
            // Cancellation ends the wait, and the loop.
            try? await Task.sleep(for: max(pause, .milliseconds(100)))
        }
    }
}
