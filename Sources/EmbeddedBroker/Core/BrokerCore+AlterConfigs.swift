import KafkaProtocol

/// Changing topics' settings, all of them (AlterConfigs) or one by one (IncrementalAlterConfigs, KIP-339).
extension BrokerCore {
    private typealias Problem = (ErrorCode, String)

    func alterConfigs(_ context: RequestContext, _ request: AlterConfigsRequest) {
        var response = AlterConfigsResponse()
        let repeated = Self.repeated(
            request.resources.map { ConfigResource(type: $0.resourceType, name: $0.resourceName) })
        for resource in request.resources {
            let id = ConfigResource(type: resource.resourceType, name: resource.resourceName)
            let names = resource.configs.map(\.name)
            let valueless = resource.configs.filter { $0.value == nil }.map(\.name)
            let problem =
                Self.problem(isRepeated: repeated.contains(id), names: names, valueless: valueless)
                ?? alter(id, validateOnly: request.validateOnly) { _ in
                    .success(resource.configs.reduce(into: [:]) { $0[$1.name] = $1.value })
                }
            response.resources.append(
                .init {
                    $0.errorCode = problem?.0 ?? .none
                    $0.errorMessage = problem?.1
                    $0.resourceType = id.type
                    $0.resourceName = id.name
                })
        }
        respondWhenDurable(context, response)
    }

    func incrementalAlterConfigs(_ context: RequestContext, _ request: IncrementalAlterConfigsRequest) {
        var response = IncrementalAlterConfigsResponse()
        let repeated = Self.repeated(
            request.resources.map { ConfigResource(type: $0.resourceType, name: $0.resourceName) })
        for resource in request.resources {
            let id = ConfigResource(type: resource.resourceType, name: resource.resourceName)
            let valueless = resource.configs.filter {
                $0.value == nil && $0.configOperation != Operation.delete.rawValue
            }
            let problem =
                Self.problem(
                    isRepeated: repeated.contains(id), names: resource.configs.map(\.name),
                    valueless: valueless.map(\.name))
                ?? alter(id, validateOnly: request.validateOnly) { [settings] old in
                    var configs = old
                    for config in resource.configs {
                        if let problem = Self.apply(config, to: &configs, defaults: settings.log) {
                            return .failure(problem)
                        }
                    }
                    return .success(configs)
                }
            response.resources.append(
                .init {
                    $0.errorCode = problem?.0 ?? .none
                    $0.errorMessage = problem?.1
                    $0.resourceType = id.type
                    $0.resourceName = id.name
                })
        }
        respondWhenDurable(context, response)
    }

    // MARK: What is asked

    private struct ConfigResource: Hashable {
        var type: Int8
        var name: String
    }

    /// What IncrementalAlterConfigs can do with a setting, by its number on the wire.
    private enum Operation: Int8 {
        case set = 0
        case delete = 1
        case append = 2
        case subtract = 3
    }

    private static func repeated(_ resources: [ConfigResource]) -> Set<ConfigResource> {
        Set(Dictionary(grouping: resources) { $0 }.filter { $1.count > 1 }.keys)
    }

    private static func problem(isRepeated: Bool, names: [String], valueless: [String]) -> Problem? {
        if isRepeated { return (.invalidRequest, "a resource can be in the request only once") }
        if Set(names).count < names.count {
            return (.invalidRequest, "a setting can be in the request only once for a resource")
        }
        if !valueless.isEmpty { return (.invalidRequest, "no value is given for \(valueless.joined(separator: ", "))") }
        return nil
    }

    private enum Change {
        case success([String: String])
        case failure(Problem)
    }

    private func alter(_ resource: ConfigResource, validateOnly: Bool, _ change: ([String: String]) -> Change)
        -> Problem?
    {
        guard resource.type == ConfigResourceType.topic else {
            return (
                .invalidRequest,
                "only topics' settings can be changed while the broker runs; its own are set when it starts"
            )
        }
        if let problem = problem(changing: resource.name) { return problem }
        guard let topic = topics[resource.name] else { return nil }
        switch change(topic.configs) {
        case .failure(let problem): return problem
        case .success(let configs):
            for (name, value) in configs.sorted(by: { $0.key < $1.key }) where topic.configs[name] != value {
                if let problem = TopicConfig.problem(name: name, value: value) { return (.invalidConfig, problem) }
            }
            if !validateOnly, configs != topic.configs { setConfigs(of: resource.name, to: configs) }
            return nil
        }
    }

    /// Changes one setting; what a list is appended to or taken from is the default where the topic has none of its
    /// own.
    private static func apply(
        _ config: IncrementalAlterConfigsRequest.Config, to configs: inout [String: String], defaults: LogConfig
    ) -> Problem? {
        guard let operation = Operation(rawValue: config.configOperation) else {
            return (.invalidRequest, "operation \(config.configOperation) on \(config.name) is not known")
        }
        if operation == .set || operation == .delete {
            configs[config.name] = operation == .set ? config.value : nil
            return nil
        }
        guard let definition = TopicConfig.definition(config.name) else {
            return (.invalidConfig, "unknown topic setting \"\(config.name)\"")
        }
        guard definition.kind == .list else {
            return (
                .invalidConfig, "\(config.name) is not a list: it can be set or deleted, not appended to or taken from"
            )
        }
        let old = parts(configs[config.name] ?? definition.read(defaults))
        let given = parts(config.value ?? "")
        let new = operation == .append ? old + given.filter { !old.contains($0) } : old.filter { !given.contains($0) }
        configs[config.name] = new.joined(separator: ",")
        return nil
    }

    private static func parts(_ list: String) -> [String] {
        list.split(separator: ",").map { part in String(part.filter { $0 != " " }) }
    }
}
