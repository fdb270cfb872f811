/// How one long-lived client fares: successes and errors go in, whether it is still of use comes out. No clock, no
/// client.
struct ClientCourse {
    /// When a client is given up.
    struct Policy: Sendable {
        /// Errors that might be the cluster's own are put up with for so long; then it may be the client that is stuck.
        var patience: Duration = .seconds(30)
        /// The shortest time between two clients, doubling with each that got nothing done.
        var pause: Duration = .milliseconds(250)
        var longestPause: Duration = .seconds(15)
    }

    private let policy: Policy
    /// The newest error, while nothing has succeeded since.
    private(set) var error: KafkaError?
    /// When the errors began.
    private(set) var failingSince: ContinuousClock.Instant?
    /// Clients in a row that got nothing done.
    private(set) var renewals = 0
    /// When the client at hand was made, if it took the place of another one.
    private var renewedAt: ContinuousClock.Instant?

    init(policy: Policy = Policy()) { self.policy = policy }

    mutating func succeeded() {
        (error, failingSince, renewals, renewedAt) = (nil, nil, 0, nil)
    }

    /// - Returns: whether the client is of no further use.
    mutating func failed(_ new: KafkaError, now: ContinuousClock.Instant) -> Bool {
        error = new
        if failingSince == nil { failingSince = now }
        if new.endsClient { return true }
        let since = max(failingSince!, renewedAt ?? failingSince!)
        return now - since >= policy.patience
    }

    /// How long to wait before the next client is made: none for the first one.
    func pause(now: ContinuousClock.Instant) -> Duration {
        guard renewals > 0, let renewedAt else { return .zero }
        let pause = min(policy.pause * (1 << min(renewals - 1, 10)), policy.longestPause)
        return max(.zero, pause - (now - renewedAt))
    }

    mutating func renewed(now: ContinuousClock.Instant) {
        renewals += 1
        renewedAt = now
    }
}

extension KafkaError {
    /// The client that raised it is of no further use, or works with what it knew of the cluster and is no longer so.
    ///
    /// A topic that was deleted and made again is one: librdkafka asks for a topic that it found missing only every
    /// five minutes.
    public var endsClient: Bool {
        if isFatal { return true }
        switch code {
        case .fatal, .closed, .state, .fenced, .unknownTopic, .unknownTopicOrPartition, .unknownPartition,
            .readerStalled, .logReplaced:
            return true
        default: return false
        }
    }
}
