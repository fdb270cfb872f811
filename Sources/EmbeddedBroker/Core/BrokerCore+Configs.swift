/// Where a setting's value comes from, by the numbers of DescribeConfigs.
enum ConfigSource {
    static let topic: Int8 = 1
    static let staticBroker: Int8 = 4
    static let byDefault: Int8 = 5
}

/// Reading and changing settings of topics and of the broker.
extension BrokerCore {
    private enum Resource {
        static let topic: Int8 = 2
        static let broker: Int8 = 4
    }

    func describeConfigs(_ context: RequestContext, _ request: DescribeConfigsRequest) {
        var response = DescribeConfigsResponse()
        for resource in request.resources {
            var result = DescribeConfigsResponse.Result(
                resourceType: resource.resourceType, resourceName: resource.resourceName)
            switch resource.resourceType {
            case Resource.topic:
                if let topic = topics[resource.resourceName] {
                    result.configs = describe(topic, request)
                } else {
                    result.errorCode = .unknownTopicOrPartition
                    result.errorMessage = "there is no topic \"\(resource.resourceName)\""
                }
            case Resource.broker where resource.resourceName.isEmpty || resource.resourceName == "\(settings.nodeID)":
                result.configs = describeBroker(request)
            case Resource.broker:
                result.errorCode = .invalidRequest
                result.errorMessage = "there is no broker \"\(resource.resourceName)\", only \(settings.nodeID)"
            default:
                result.errorCode = .invalidRequest
                result.errorMessage = "resources of type \(resource.resourceType) have no settings here"
            }
            if let keys = resource.configurationKeys { result.configs.removeAll { !keys.contains($0.name) } }
            response.results.append(result)
        }
        respond(context, response)
    }

    private func describe(_ topic: TopicState, _ request: DescribeConfigsRequest) -> [DescribeConfigsResponse.Config] {
        let resolved = TopicConfig.resolve(topic.configs, defaults: settings.log)
        return TopicConfig.definitions.map { definition in
            let own = topic.configs[definition.name]
            let value = own ?? definition.read(resolved)
            var config = DescribeConfigsResponse.Config(
                name: definition.name, value: value, isDefault: own == nil,
                configSource: own == nil ? ConfigSource.byDefault : ConfigSource.topic)
            config.configType = definition.kind.wireType
            if request.includeSynonyms {
                config.synonyms = [.init(name: definition.name, value: value, source: config.configSource)]
            }
            if request.includeDocumentation { config.documentation = definition.documentation }
            return config
        }
    }

    private func describeBroker(_ request: DescribeConfigsRequest) -> [DescribeConfigsResponse.Config] {
        let log = settings.log
        let values: [(String, String, TopicConfig.Kind)] = [
            ("broker.id", "\(settings.nodeID)", .integer),
            ("advertised.listeners", "PLAINTEXT://\(settings.advertisedHost):\(settings.advertisedPort)", .string),
            ("listeners", "PLAINTEXT://\(settings.advertisedHost):\(settings.advertisedPort)", .string),
            ("num.partitions", "\(settings.defaultPartitions)", .integer),
            ("default.replication.factor", "1", .integer),
            ("auto.create.topics.enable", "\(settings.autoCreatesTopics)", .boolean),
            ("delete.topic.enable", "true", .boolean),
            ("log.retention.ms", "\(log.retentionMilliseconds)", .long),
            ("log.retention.bytes", "\(log.retentionBytes)", .long),
            ("log.segment.bytes", "\(log.segmentBytes)", .integer),
            ("log.roll.ms", "\(log.segmentMilliseconds)", .long),
            ("log.cleanup.policy", "delete", .list),
            ("log.message.timestamp.type", log.usesLogAppendTime ? "LogAppendTime" : "CreateTime", .string),
            ("message.max.bytes", "\(log.maxMessageBytes)", .integer),
            ("offsets.retention.minutes", "\(settings.offsetRetentionMilliseconds / 60_000)", .integer),
            ("transaction.max.timeout.ms", "\(settings.maximumTransactionTimeoutMilliseconds)", .integer),
            ("group.initial.rebalance.delay.ms", "\(settings.initialRebalanceDelayMilliseconds)", .integer),
            ("inter.broker.protocol.version", "3.0-IV1", .string),
        ]
        return values.map { name, value, kind in
            var config = DescribeConfigsResponse.Config(
                name: name, value: value, readOnly: true, isDefault: false, configSource: ConfigSource.staticBroker)
            config.configType = kind.wireType
            if request.includeSynonyms { config.synonyms = [.init(name: name, value: value, source: config.configSource)] }
            return config
        }
    }

    // MARK: Changes

    func alterConfigs(_ context: RequestContext, _ request: AlterConfigsRequest) {
        var response = AlterConfigsResponse()
        for resource in request.resources {
            var configs: [String: String] = [:]
            for config in resource.configs { configs[config.name] = config.value }
            let problem = alter(
                resource.resourceType, resource.resourceName, validateOnly: request.validateOnly) { _ in configs }
            response.resources.append(
                .init(
                    errorCode: problem?.0 ?? .none, errorMessage: problem?.1, resourceType: resource.resourceType,
                    resourceName: resource.resourceName))
        }
        whenDurable { core in core.respond(context, response) }
    }

    func incrementalAlterConfigs(_ context: RequestContext, _ request: IncrementalAlterConfigsRequest) {
        var response = IncrementalAlterConfigsResponse()
        for resource in request.resources {
            let unknown = resource.configs.first { TopicConfig.definition($0.name) == nil || $0.configOperation > 3 }
            var problem: (ErrorCode, String)?
            if let unknown, resource.resourceType == Resource.topic {
                problem = (.invalidConfig, "\"\(unknown.name)\" cannot be changed like that")
            } else {
                problem = alter(resource.resourceType, resource.resourceName, validateOnly: request.validateOnly) { old in
                    var configs = old
                    for config in resource.configs { Self.apply(config, to: &configs) }
                    return configs
                }
            }
            response.resources.append(
                .init(
                    errorCode: problem?.0 ?? .none, errorMessage: problem?.1, resourceType: resource.resourceType,
                    resourceName: resource.resourceName))
        }
        whenDurable { core in core.respond(context, response) }
    }

    /// Set, delete, append to a list, take from a list (KIP-339).
    private static func apply(_ config: IncrementalAlterConfigsRequest.Config, to configs: inout [String: String]) {
        let old = (configs[config.name] ?? "").split(separator: ",").map(String.init)
        let given = (config.value ?? "").split(separator: ",").map(String.init)
        switch config.configOperation {
        case 0: configs[config.name] = config.value
        case 1: configs[config.name] = nil
        case 2: configs[config.name] = (old + given.filter { !old.contains($0) }).joined(separator: ",")
        default: configs[config.name] = old.filter { !given.contains($0) }.joined(separator: ",")
        }
    }

    private func alter(
        _ type: Int8, _ name: String, validateOnly: Bool, _ change: ([String: String]) -> [String: String]
    ) -> (ErrorCode, String)? {
        guard type == Resource.topic else {
            return (.invalidRequest, "only topics' settings can be changed while the broker runs")
        }
        guard let topic = topics[name] else { return (.unknownTopicOrPartition, "there is no topic \"\(name)\"") }
        let configs = change(topic.configs)
        for (name, value) in configs.sorted(by: { $0.key < $1.key }) {
            if let problem = TopicConfig.problem(name: name, value: value) { return (.invalidConfig, problem) }
        }
        if !validateOnly { setConfigs(of: name, to: configs) }
        return nil
    }

    // MARK: Log directories

    func describeLogDirs(_ context: RequestContext, _ request: DescribeLogDirsRequest) {
        var result = DescribeLogDirsResponse.Result(logDir: settings.dataDirectory)
        if let wanted = request.topics {
            for topic in wanted {
                let parts = topic.partitions.compactMap { partition(topic.topic, $0) }
                if !parts.isEmpty { result.topics.append(.init(name: topic.topic, partitions: parts.map(Self.logDirEntry))) }
            }
        } else {
            for topic in topics.values.sorted(by: { $0.name < $1.name }) {
                result.topics.append(.init(name: topic.name, partitions: topic.partitions.map(Self.logDirEntry)))
            }
        }
        respond(context, DescribeLogDirsResponse(results: [result]))
    }

    private static func logDirEntry(_ log: PartitionLog) -> DescribeLogDirsResponse.Partition {
        .init(partitionIndex: log.partition, partitionSize: Int64(log.size))
    }
}
