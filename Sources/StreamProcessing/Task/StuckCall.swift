import Kafka

/// For how long a call that is repeated until it succeeds may fail although the broker is there. Pure.
///
/// A call that fails because the broker is away goes on indefinitely. One that fails while a connection stands may
/// never succeed with this client: then the task's run ends, and the next one has other clients.
struct StuckCall {
    /// Twice a task's transaction timeout: what the broker settles by itself is settled by then.
    static let patience: Duration = .seconds(30)

    private var since: ContinuousClock.Instant?

    mutating func succeeded() { since = nil }

    /// - Returns: whether it is enough.
    mutating func failed(isConnected: Bool, now: ContinuousClock.Instant) -> Bool {
        guard isConnected else {
            since = nil
            return false
        }
        guard let since else {
            self.since = now
            return false
        }
        return now - since >= StuckCall.patience
    }
}

/// The broker is there, and does not do what the producer asks for.
struct ProducerStuck: ClassifiedError, CustomStringConvertible {
    let cause: KafkaError
    var fault: Fault { .run(code: "client_failed") }
    var description: String { "a call has failed for \(StuckCall.patience) although the broker is connected: \(cause)" }
}
