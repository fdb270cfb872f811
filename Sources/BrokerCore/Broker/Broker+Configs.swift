import KafkaProtocol

/// Where a setting's value comes from, by the numbers of DescribeConfigs.
enum ConfigSource {
    static let topic: Int8 = 1
    static let staticBroker: Int8 = 4
    static let byDefault: Int8 = 5
}

/// Whose settings are meant, by the numbers of Kafka's resources.
enum ConfigResourceType {
    static let topic: Int8 = 2
    static let broker: Int8 = 4
}

/// Reading settings of topics and of the broker.
extension Broker {
    func describeConfigs(_ context: RequestContext, _ request: DescribeConfigsRequest) {
        var response = DescribeConfigsResponse()
        for resource in request.resources {
            var result = DescribeConfigsResponse.Result {
                $0.resourceType = resource.resourceType
                $0.resourceName = resource.resourceName
            }
            switch resource.resourceType {
            case ConfigResourceType.topic:
                if let topic = topics[resource.resourceName] {
                    result.configs = describe(topic, request)
                } else {
                    result.errorCode = .unknownTopicOrPartition
                    result.errorMessage = "there is no topic \"\(resource.resourceName)\""
                }
            case ConfigResourceType.broker
            where resource.resourceName.isEmpty || resource.resourceName == "\(settings.nodeID)":
                result.configs = describeBroker(request)
            case ConfigResourceType.broker:
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

    /// The topic's own values, and the broker's for the rest. Synonyms are where a value comes from, the first that
    /// there is counting.
    private func describe(_ topic: TopicState, _ request: DescribeConfigsRequest) -> [DescribeConfigsResult.Config] {
        let defaults = topic.isInternal ? InternalLog.config(settings) : settings.log
        return TopicConfig.definitions.map { definition in
            var synonyms: [DescribeConfigsResult.Synonym] = []
            if let own = topic.configs[definition.name] {
                synonyms.append(.init(definition.name, own, ConfigSource.topic))
            }
            synonyms.append(.init(definition.brokerName, definition.read(defaults), defaultSource(of: definition)))
            return config(definition.name, synonyms, definition.kind, definition.documentation, request)
        }
    }

    /// Where the value of a setting comes from that a topic has none of its own for.
    func defaultSource(of definition: TopicConfig.Definition) -> Int8 {
        let isSet = settings.properties.contains { $0.name == definition.brokerName && $0.isSet }
        return isSet ? ConfigSource.staticBroker : ConfigSource.byDefault
    }

    private func describeBroker(_ request: DescribeConfigsRequest) -> [DescribeConfigsResult.Config] {
        let listener = "PLAINTEXT://\(settings.advertisedHost):\(settings.advertisedPort)"
        let log = settings.log
        let given: [(String, String, TopicConfig.Kind)] = [
            ("broker.id", "\(settings.nodeID)", .integer),
            ("node.id", "\(settings.nodeID)", .integer),
            ("advertised.listeners", listener, .string),
            ("listeners", listener, .string),
            ("log.dirs", settings.dataDirectory, .string),
        ]
        let fixed: [(String, String, TopicConfig.Kind)] = [
            ("default.replication.factor", "1", .integer),
            ("min.insync.replicas", "1", .integer),
            ("offsets.topic.num.partitions", "1", .integer),
            ("offsets.topic.replication.factor", "1", .integer),
            ("transaction.state.log.replication.factor", "1", .integer),
            ("delete.topic.enable", "true", .boolean),
            ("compression.type", "producer", .string),
            ("log.roll.ms", "\(log.segmentMilliseconds)", .long),
            ("log.cleanup.policy", "delete", .list),
            ("log.message.timestamp.type", log.usesLogAppendTime ? "LogAppendTime" : "CreateTime", .string),
            ("inter.broker.protocol.version", "3.0-IV1", .string),
        ]
        func describe(
            _ settings: [(String, String, TopicConfig.Kind)], _ source: Int8
        ) -> [DescribeConfigsResult.Config] {
            settings.map { name, value, kind in
                config(name, [.init(name, value, source)], kind, nil, request, readOnly: true)
            }
        }
        return describe(given, ConfigSource.staticBroker)
            + settings.properties.map { property in
                let source = property.isSet ? ConfigSource.staticBroker : ConfigSource.byDefault
                return config(
                    property.name, [.init(property.name, property.value, source)], property.kind,
                    property.documentation,
                    request, readOnly: true)
            } + describe(fixed, ConfigSource.byDefault)
    }

    /// - Parameter synonyms: where the value may come from; the first counts.
    private func config(
        _ name: String, _ synonyms: [DescribeConfigsResult.Synonym], _ kind: TopicConfig.Kind,
        _ documentation: String?,
        _ request: DescribeConfigsRequest, readOnly: Bool = false
    ) -> DescribeConfigsResult.Config {
        let source = synonyms.first?.source ?? ConfigSource.byDefault
        var config = DescribeConfigsResult.Config {
            $0.name = name
            $0.value = synonyms.first?.value
            $0.readOnly = readOnly
            $0.isDefault = source == ConfigSource.byDefault
            $0.configSource = source
        }
        config.configType = kind.wireType
        if request.includeSynonyms { config.synonyms = synonyms }
        if request.includeDocumentation { config.documentation = documentation }
        return config
    }
}

extension DescribeConfigsResult.Synonym {
    fileprivate init(_ name: String, _ value: String?, _ source: Int8) {
        self.init()
        self.name = name
        self.value = value
        self.source = source
    }
}
