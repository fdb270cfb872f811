extension KafkaSettings {
    static let bootstrapVariable = "KAFKA_BOOTSTRAP_SERVERS"
    static let propertyPrefix = "KAFKA_CLIENT_"

    /// Reads the settings from environment variables; an empty variable counts as not set.
    ///
    /// `KAFKA_BOOTSTRAP_SERVERS` is `host:port[,host:port…]`, by default `127.0.0.1:9092`. How the connections are
    /// secured is read by ``KafkaSecurity/fromEnvironment(_:)``. `KAFKA_CLIENT_<PROPERTY>` is any librdkafka property:
    /// `KAFKA_CLIENT_FETCH_MIN_BYTES` is `fetch.min.bytes`. `KAFKA_CLIENT_LIBRARY` is ``KafkaSettings/library``.
    ///
    /// - Throws: ``KafkaError`` with ``KafkaError/Code/invalidSetting``, naming the variable and what is wrong with it,
    ///   never a secret value.
    public static func fromEnvironment(_ environment: [String: String]) throws(KafkaError) -> KafkaSettings {
        var settings = KafkaSettings()
        settings.security = try KafkaSecurity.fromEnvironment(environment)
        if let servers = environment[bootstrapVariable], !servers.isEmpty {
            let used = environment["KAFKA_CLIENT_SECURITY_PROTOCOL"]?.uppercased() ?? settings.security.protocolName
            if let flaw = BootstrapFlaw(servers, protocolName: used) {
                throw invalid(bootstrapVariable, flaw.description)
            }
            settings.bootstrapServers = servers
        }
        settings.replicationFactor = try number("KAFKA_REPLICATION_FACTOR", environment)
        settings.minInSyncReplicas = try number("KAFKA_MIN_INSYNC_REPLICAS", environment)
        if let copies = settings.replicationFactor, let needed = settings.minInSyncReplicas, needed > copies {
            throw invalid(
                "KAFKA_MIN_INSYNC_REPLICAS",
                "is \(needed), more than the \(copies) copies of KAFKA_REPLICATION_FACTOR: no record could be written")
        }
        for (variable, text) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix(propertyPrefix) && variable != KafkaLibrary.variable && !text.isEmpty {
            let property = variable.dropFirst(propertyPrefix.count).lowercased().split(
                separator: "_", omittingEmptySubsequences: false
            ).joined(separator: ".")
            if let reason = reservedProperties[property] { throw invalid(variable, reason) }
            try ClientConfiguration.check(property, text, variable: variable)
            settings.overrides[property] = text
        }
        settings.library = try .fromEnvironment(environment)
        try settings.library.check(settings)
        return settings
    }

    /// Properties that are not for the user to set, each with what to do instead or why.
    public static let reservedProperties: [String: String] = [
        "bootstrap.servers": "is set with \(bootstrapVariable)",
        "metadata.broker.list": "is set with \(bootstrapVariable)",
        "client.id": "is given by each client, so that brokers can tell them apart",
        "group.id": "is given by each service, as its progress is kept under it",
        "group.instance.id": "is given by each service",
        "transactional.id": "is given by each service, as fencing depends on it",
        "enable.auto.commit": "must stay off: offsets are committed together with the results",
        "enable.auto.offset.store": "must stay off: offsets are committed together with the results",
        "auto.offset.reset":
            "is given by each service: it begins with the oldest record, and says where records were cut away under it",
        "partition.assignment.strategy":
            "is given by each service: topics are joined by their orders' homes, and rebalances here are eager",
        "group.protocol": "must stay \"classic\": the assignors that the services use are that protocol's",
        "enabled.events": "is given by the kind of client",
        "log.queue": "is not used: log lines go straight to the logger",
    ]

    private static func number(_ variable: String, _ environment: [String: String]) throws(KafkaError) -> Int32? {
        guard let text = environment[variable], !text.isEmpty else { return nil }
        guard let number = Int32(text), (1...64).contains(number) else {
            throw invalid(variable, "is \"\(text)\"; use a number of brokers from 1 to 64")
        }
        return number
    }

    static func invalid(_ variable: String, _ reason: String) -> KafkaError {
        KafkaError(code: .invalidSetting, message: "\(variable) \(reason)")
    }
}
