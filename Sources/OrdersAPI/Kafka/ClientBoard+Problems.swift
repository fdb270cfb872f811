import Kafka

extension ClientBoard: ClientProblemSource {
    /// What is wrong with the clients of this process, as problems of the part `api`.
    public func problems() -> [SystemProblem] {
        failing.map { name, error in
            SystemProblem(
                part: "api", level: .degraded, code: error.problemCode,
                detail: "the API's client \"\(name)\" fails: \(error.message)")
        }
    }
}

extension KafkaError {
    /// As `problems` name what is wrong with a client.
    var problemCode: String {
        switch code {
        case .authentication, .topicAuthorizationFailed, .groupAuthorizationFailed: "not_authorized"
        case .unknownTopic, .unknownTopicOrPartition, .unknownPartition: "topic_missing"
        case .logReplaced: "log_replaced"
        case .readerStalled: "stalled"
        case .invalidSetting, .unsupportedFeature: "broker_misconfigured"
        default: isFatal || endsClient || code == .clientFailed ? "client_failed" : "broker_unavailable"
        }
    }
}
