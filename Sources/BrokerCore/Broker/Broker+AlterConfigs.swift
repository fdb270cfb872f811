import KafkaProtocol

/// Why something is not done, for a client.
struct Refusal: Error {
    var code: ErrorCode
    var message: String

    init(_ code: ErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// Changing topics' settings, all of them (AlterConfigs) or one by one (IncrementalAlterConfigs, KIP-339).
extension Broker {
    func alterConfigs(_ context: RequestContext, _ request: AlterConfigsRequest) {
        let changes = request.resources.map { resource in
            Change(
                type: resource.resourceType, name: resource.resourceName, settings: resource.configs.map(\.name),
                valueless: resource.configs.filter { $0.value == nil }.map(\.name)
            ) { _ in
                resource.configs.reduce(into: [:]) { $0[$1.name] = $1.value }
            }
        }
        let results = alter(changes, validateOnly: request.validateOnly)
        respondWhenDurable(context, AlterConfigsResponse { $0.results = results })
    }

    func incrementalAlterConfigs(_ context: RequestContext, _ request: IncrementalAlterConfigsRequest) {
        let defaults = settings.log
        let changes = request.resources.map { resource in
            Change(
                type: resource.resourceType, name: resource.resourceName, settings: resource.configs.map(\.name),
                valueless: resource.configs.filter {
                    $0.value == nil && $0.configOperation != Operation.delete.rawValue
                }.map(\.name)
            ) { old throws(Refusal) in
                var configs = old
                for config in resource.configs { try Self.apply(config, to: &configs, defaults: defaults) }
                return configs
            }
        }
        let results = alter(changes, validateOnly: request.validateOnly)
        respondWhenDurable(context, IncrementalAlterConfigsResponse { $0.results = results })
    }

    /// What is asked for one resource.
    private struct Change {
        var type: Int8
        var name: String
        var settings: [String]
        var valueless: [String]
        /// Makes the new settings from the old ones.
        var apply: ([String: String]) throws(Refusal) -> [String: String]
    }

    /// What IncrementalAlterConfigs can do with a setting, by its number on the wire.
    private enum Operation: Int8 {
        case set = 0
        case delete = 1
        case append = 2
        case subtract = 3
    }

    private func alter(_ changes: [Change], validateOnly: Bool) -> [AlterConfigsResult] {
        changes.map { change in
            var result = AlterConfigsResult {
                $0.resourceType = change.type
                $0.resourceName = change.name
            }
            let isRepeated = changes.count { $0.type == change.type && $0.name == change.name } > 1
            do throws(Refusal) {
                try alter(change, isRepeated: isRepeated, validateOnly: validateOnly)
            } catch {
                result.errorCode = error.code
                result.errorMessage = error.message
            }
            return result
        }
    }

    private func alter(_ change: Change, isRepeated: Bool, validateOnly: Bool) throws(Refusal) {
        if isRepeated { throw Refusal(.invalidRequest, "a resource can be in the request only once") }
        if Set(change.settings).count < change.settings.count {
            throw Refusal(.invalidRequest, "a setting can be in the request only once for a resource")
        }
        if !change.valueless.isEmpty {
            throw Refusal(.invalidRequest, "no value is given for \(change.valueless.joined(separator: ", "))")
        }
        guard change.type == ConfigResourceType.topic else {
            throw Refusal(
                .invalidRequest,
                "only topics' settings can be changed while the broker runs; its own are set when it starts")
        }
        let topic = try changeableTopic(change.name)
        let configs = try change.apply(topic.configs)
        for (name, value) in configs.sorted(by: { $0.key < $1.key }) where topic.configs[name] != value {
            if let problem = TopicConfig.problem(name: name, value: value) { throw Refusal(.invalidConfig, problem) }
        }
        if !validateOnly, configs != topic.configs { setConfigs(of: change.name, to: configs) }
    }

    /// Changes one setting; what a list is appended to or taken from is the default where the topic has none of its
    /// own.
    private static func apply(
        _ config: IncrementalAlterConfigsRequest.Config, to configs: inout [String: String], defaults: LogConfig
    ) throws(Refusal) {
        guard let operation = Operation(rawValue: config.configOperation) else {
            throw Refusal(.invalidRequest, "operation \(config.configOperation) on \(config.name) is not known")
        }
        if operation == .set || operation == .delete {
            configs[config.name] = operation == .set ? config.value : nil
            return
        }
        guard let definition = TopicConfig.definition(config.name) else {
            throw Refusal(.invalidConfig, "unknown topic setting \"\(config.name)\"")
        }
        guard definition.kind == .list else {
            throw Refusal(
                .invalidConfig, "\(config.name) is not a list: it can be set or deleted, not appended to or taken from")
        }
        let old = TopicConfig.elements(configs[config.name] ?? definition.read(defaults))
        let given = TopicConfig.elements(config.value ?? "")
        let new = operation == .append ? old + given.filter { !old.contains($0) } : old.filter { !given.contains($0) }
        configs[config.name] = new.joined(separator: ",")
    }
}
