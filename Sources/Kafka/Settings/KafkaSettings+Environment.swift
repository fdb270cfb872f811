extension KafkaSettings {
    static let bootstrapVariable = "KAFKA_BOOTSTRAP_SERVERS"
    static let keyVariable = "CONFLUENT_API_KEY"
    static let secretVariable = "CONFLUENT_API_SECRET"
    static let propertyPrefix = "KAFKA_CLIENT_"

    /// Reads the settings from environment variables; an empty variable counts as not set.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `KAFKA_BOOTSTRAP_SERVERS` | `host:port[,host:port…]`, by default `127.0.0.1:9092` |
    /// | `CONFLUENT_API_KEY`, `CONFLUENT_API_SECRET` | both set: SASL_SSL with PLAIN; neither: plaintext |
    /// | `KAFKA_CLIENT_<PROPERTY>` | any librdkafka property: `KAFKA_CLIENT_FETCH_MIN_BYTES` is `fetch.min.bytes` |
    ///
    /// - Throws: ``KafkaError`` with ``KafkaError/Code/invalidSetting``, naming the variable and what is wrong with it,
    ///   never a secret value.
    public static func fromEnvironment(_ environment: [String: String]) throws(KafkaError) -> KafkaSettings {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

        var settings = KafkaSettings()
        if let servers = value(bootstrapVariable) {
            try checkServers(servers)
            settings.bootstrapServers = servers
        }
        switch (value(keyVariable), value(secretVariable)) {
        case (nil, nil): break
        case (let key?, let secret?): settings.security = .saslSSL(username: key, password: secret)
        case (_?, nil): throw invalid(secretVariable, "is missing: \(keyVariable) is set, and the two belong together")
        case (nil, _?): throw invalid(keyVariable, "is missing: \(secretVariable) is set, and the two belong together")
        }
        for (variable, text) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix(propertyPrefix) && !text.isEmpty {
            let property = variable.dropFirst(propertyPrefix.count).lowercased().split(
                separator: "_", omittingEmptySubsequences: false
            ).joined(separator: ".")
            if let reason = reservedProperties[property] { throw invalid(variable, reason) }
            try ClientConfiguration.check(property, text, variable: variable)
            settings.overrides[property] = text
        }
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

    private static func checkServers(_ servers: String) throws(KafkaError) {
        for server in servers.split(separator: ",", omittingEmptySubsequences: false) {
            let text = server.drop { $0 == " " }
            // [::1]:9092 has colons in its host; a scheme such as PLAINTEXT:// is librdkafka's to read.
            let port = text.lastIndex(of: ":").map { text[text.index(after: $0)...] }
            let host = text.lastIndex(of: ":").map { text[..<$0] } ?? text
            let hasPort = port.map { $0.contains("]") ? false : true } ?? false
            if host.isEmpty || (hasPort && !(port.flatMap { UInt16($0) }.map { $0 > 0 } ?? false)) {
                throw invalid(
                    bootstrapVariable, "is \"\(servers)\": \"\(server)\" is not HOST:PORT with a port of 1 to 65535")
            }
        }
    }

    private static func invalid(_ variable: String, _ reason: String) -> KafkaError {
        KafkaError(code: .invalidSetting, message: "\(variable) \(reason)")
    }
}
