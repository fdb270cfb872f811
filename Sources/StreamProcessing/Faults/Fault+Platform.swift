import Kafka

extension KafkaError: ClassifiedError {
    /// By the error's flags first: they are the client library's own verdict on what helps.
    public var fault: Fault {
        // librdkafka ends the client for some refusals: then the task waits with another one.
        if isRefusal { return isFatal ? .run(code: "not_authorized") : .dependency(code: "not_authorized") }
        if endsProducer { return .run(code: Fault.producerExpired) }
        if isFatal { return .run(code: isFencing ? "fenced" : "client_failed") }
        switch code {
        case .messageTooLarge: return .tooLarge
        case .rebalanceInProgress, .illegalGeneration, .unknownMember, .maxPollExceeded:
            return .dependency(code: Fault.rebalancing)
        case .authentication: return .dependency(code: "not_authorized")
        case .closed: return .run(code: "client_failed")
        case .state where !mustAbortTransaction: return .run(code: "client_failed")
        // The position is gone: the next run finds out what was cut away, says so, and goes on behind it.
        case .autoOffsetReset, .offsetOutOfRange: return .run(code: "log_cut")
        // It stops its partition until somebody deletes it: the next run meets it again.
        case .badMessage, .badCompression: return .run(code: "unreadable_batch")
        case .invalidSetting, .unsupportedFeature: return .dependency(code: "broker_misconfigured")
        default: break
        }
        if isFencing { return .run(code: "fenced") }
        // A transaction fails as a whole for reasons outside of it: the broker was away for longer than its records may
        // wait, or the group has moved on. A record that the broker refuses is distinguished above.
        return isRetriable || mustAbortTransaction ? .dependency(code: "broker_unavailable") : .unknown
    }
}

extension KafkaError {
    /// A right is missing.
    var isRefusal: Bool {
        [
            .topicAuthorizationFailed, .groupAuthorizationFailed, .transactionalIDAuthorizationFailed,
            .clusterAuthorizationFailed,
        ].contains(code)
    }
}

extension Fault {
    /// The group is sharing out its partitions again: nothing is wrong, unless it goes on.
    static let rebalancing = "rebalancing"

    /// The cluster has forgotten the task's producer: after a week without a transaction, or with the topics of the
    /// last ones.
    static let producerExpired = "producer_expired"

    /// What a record led to is larger than the broker takes: an output, or the record's own dead letter.
    static let tooLarge = Fault.record(code: "message_too_large")
}

extension RangeReadError: ClassifiedError {
    /// What a state is restored from does not come.
    public var fault: Fault { .run(code: "state_failed") }
}

extension StateError: ClassifiedError {
    /// A new run opens the database again, and restores what it lacks.
    public var fault: Fault { .run(code: "state_failed") }
}
