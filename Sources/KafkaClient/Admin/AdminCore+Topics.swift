import KafkaProtocol

/// Topics and their settings.
extension AdminCore {
    /// Creates those of the topics that do not exist yet, and names them.
    func createTopics(
        _ topics: [NewTopic], validatingOnly: Bool = false, until deadline: Int64, then done: @escaping Done<[String]>
    ) {
        let request = CreateTopicsRequest {
            $0.topics = topics.map { topic in
                .init {
                    $0.name = topic.name
                    $0.numPartitions = topic.partitions
                    $0.replicationFactor = topic.replicationFactor
                    $0.configs = topic.configuration.sorted { $0.key < $1.key }.map { name, value in
                        .init {
                            $0.name = name
                            $0.value = value
                        }
                    }
                }
            }
            $0.timeoutMilliseconds = brokerTimeout(deadline)
            $0.validateOnly = validatingOnly
        }
        ask(
            request, .controller, deadline, check: { $0.results.firstController { $0.errorCode } }, "creating topics"
        ) { result in
            done(
                result.flatMap { answer in
                    Self.names(
                        answer.results.map { ($0.name, $0.errorCode, $0.errorMessage) }, passing: .topicAlreadyExists,
                        "creating topic")
                })
        }
    }

    /// Deletes those of the topics that exist, and names them.
    func deleteTopics(_ names: [String], until deadline: Int64, then done: @escaping Done<[String]>) {
        let request = DeleteTopicsRequest {
            $0.topicNames = names
            $0.topics = names.map { name in .init { $0.name = name } }
            $0.timeoutMilliseconds = brokerTimeout(deadline)
        }
        ask(
            request, .controller, deadline, check: { $0.results.firstController { $0.errorCode } }, "deleting topics"
        ) { result in
            done(
                result.flatMap { answer in
                    Self.names(
                        answer.results.map { ($0.name ?? "", $0.errorCode, $0.errorMessage) },
                        passing: .unknownTopicOrPartition, "deleting topic")
                })
        }
    }

    /// Raises a topic's number of partitions to `count`.
    func createPartitions(_ topic: String, count: Int32, until deadline: Int64, then done: @escaping Done<Void>) {
        let request = CreatePartitionsRequest {
            $0.topics = [
                .init {
                    $0.name = topic
                    $0.count = count
                }
            ]
            $0.timeoutMilliseconds = brokerTimeout(deadline)
        }
        ask(
            request, .controller, deadline, check: { $0.results.firstController { $0.errorCode } }, "adding partitions"
        ) { result in
            done(
                result.flatMap { answer in
                    Self.names(
                        answer.results.map { ($0.name, $0.errorCode, $0.errorMessage) }, passing: nil,
                        "adding partitions to topic"
                    ).map { _ in }
                })
        }
    }

    /// The names of what went well, or the first error that is not the one to pass.
    private static func names(
        _ results: [(name: String, error: ErrorCode, message: String?)], passing passed: ErrorCode?, _ operation: String
    ) -> Result<[String], ClientError> {
        var names: [String] = []
        for result in results {
            if result.error == .none {
                names.append(result.name)
            } else if result.error != passed {
                return .failure(ClientError(result.error, result.message, context: "\(operation) \(result.name)"))
            }
        }
        return .success(names)
    }

    // MARK: Settings

    private static let topicResource: Int8 = 2

    /// A topic's settings, by name.
    func configs(ofTopic topic: String, until deadline: Int64, then done: @escaping Done<[ConfigEntry]>) {
        let request = DescribeConfigsRequest {
            $0.resources = [
                .init {
                    $0.resourceType = Self.topicResource
                    $0.resourceName = topic
                }
            ]
        }
        ask(request, .anyBroker, deadline, "settings of topic \(topic)") { result in
            done(
                result.flatMap { answer in
                    guard let found = answer.results.first else {
                        return .failure(ClientError(.protocolViolation, "the broker says nothing of topic \(topic)"))
                    }
                    guard found.errorCode == .none else {
                        let place = "settings of topic \(topic)"
                        return .failure(ClientError(found.errorCode, found.errorMessage, context: place))
                    }
                    return .success(found.configs.map(ConfigEntry.init).sorted { $0.name < $1.name })
                })
        }
    }

    /// Changes some of a topic's settings; the others stay (KIP-339).
    func alterConfigs(
        ofTopic topic: String, _ changes: [String: ConfigChange], until deadline: Int64, then done: @escaping Done<Void>
    ) {
        let request = IncrementalAlterConfigsRequest {
            $0.resources = [
                .init {
                    $0.resourceType = Self.topicResource
                    $0.resourceName = topic
                    $0.configs = changes.sorted { $0.key < $1.key }.map { name, change in
                        .init {
                            $0.name = name
                            $0.configOperation = change.operation
                            $0.value = change.value
                        }
                    }
                }
            ]
        }
        let operation = "changing settings of topic \(topic)"
        ask(request, .controller, deadline, check: { $0.results.firstController { $0.errorCode } }, operation) {
            result in
            done(
                result.flatMap { answer in
                    guard let failed = answer.results.first(where: { $0.errorCode != .none }) else {
                        return .success(())
                    }
                    return .failure(ClientError(failed.errorCode, failed.errorMessage, context: operation))
                })
        }
    }
}

extension ConfigEntry {
    init(_ config: DescribeConfigsResult.Config) {
        name = config.name
        value = config.value
        // From version 1 on: 5 is the default, 4 the broker's own file.
        isDefault = config.configSource >= 0 ? config.configSource != 1 : config.isDefault
        isReadOnly = config.readOnly
        isSensitive = config.isSensitive
    }
}

extension Array {
    /// NOT_CONTROLLER if some result says so: then another broker is asked.
    func firstController(_ error: (Element) -> ErrorCode) -> ErrorCode {
        contains { error($0) == .notController } ? .notController : .none
    }
}
