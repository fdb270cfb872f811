import KafkaClient
import Logging
import Synchronization

/// The platform's settings as those of the module KafkaClient.
///
/// The values are those that the platform gives librdkafka, where both have the setting (`ClientDefault` says why).
struct SwiftClientSettings: Sendable {
    private(set) var cluster: ClusterSettings
    private(set) var consumer = ConsumerSettings(clientID: "")
    private(set) var producer = ProducerSettings()
    /// What the user set that this client does not have.
    private(set) var unknown: [String] = []
    private var properties: [(name: String, value: String)]

    /// - Parameter options: of one client, by librdkafka's names; stronger than the defaults, and weaker than what the
    ///   user set.
    /// - Throws: ``KafkaError/Code/invalidSetting``, naming what does not fit.
    init(_ settings: KafkaSettings, options: [String: String] = [:], logger: Logger) throws(KafkaError) {
        cluster = ClusterSettings(bootstrapServers: try Self.servers(settings.bootstrapServers))
        cluster.security = try ClusterSecurity(settings.security)
        cluster.connectionSetupTimeoutMilliseconds = 8_000
        cluster.retryBackoffMilliseconds = 20
        cluster.retryBackoffMaximumMilliseconds = 100
        // Topics are made by whoever sets the platform up, with the partitions that they should have.
        cluster.allowsTopicCreation = false
        // A topic that grows is read within seconds.
        cluster.metadataAgeMilliseconds = 10_000
        properties = options.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        properties += settings.overrides.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        for (name, value) in properties {
            if !set(name, value), settings.overrides[name] != nil { unknown.append(name) }
        }
        Self.tellUnknown(unknown, to: logger)
    }

    /// Those of a consumer; `group` nil for one that reads given partitions only.
    func consumer(group: String?, clientID: String, assignors: String) throws(KafkaError) -> SwiftClientSettings {
        var settings = self
        settings.consumer = ConsumerSettings(clientID: clientID, groupID: group)
        settings.consumer.assignmentStrategies = try Self.strategies(assignors)
        settings.consumer.offsetReset = .earliest
        settings.consumer.isolation = .readCommitted
        settings.consumer.sessionTimeoutMilliseconds = 10_000
        settings.consumer.heartbeatIntervalMilliseconds = 500
        settings.consumer.fetchWaitMilliseconds = 500
        // Without a group, what is read changes only where a topic does.
        settings.consumer.fetchIdleWaitMilliseconds = group == nil ? 2_000 : 500
        settings.consumer.fetchMaximumBytes = 8 << 20
        // About as many records as librdkafka reads ahead by our settings.
        settings.consumer.readAheadBytes = 8 << 20
        // With little to do, one fetch for each poll: it brings all that gathered since the last one.
        settings.consumer.readAheadThresholdBytes = 64 << 10
        settings.consumer.partitionReadAheadBytes = 2 << 20
        for (name, value) in properties { _ = settings.set(name, value) }
        return settings
    }

    /// Those of a producer; `transactionalID` nil for one without transactions.
    func producer(clientID: String, transactionalID: String?) -> SwiftClientSettings {
        var settings = self
        settings.producer = ProducerSettings()
        settings.producer.clientID = clientID
        settings.producer.transactionalID = transactionalID
        settings.producer.batchBytes = 1_000_000
        settings.producer.requestBytesLimit = 1_000_000
        settings.producer.bufferBytes = 128 << 20
        settings.producer.blockMilliseconds = 10_000
        if transactionalID == nil {
            settings.producer.lingerMilliseconds = 0
            settings.producer.deliveryTimeoutMilliseconds = 30_000
        } else {
            settings.producer.transactionTimeoutMilliseconds = 10_000
            // A commit sends what waits at once; until then, larger batches.
            settings.producer.lingerMilliseconds = 5
        }
        for (name, value) in properties { _ = settings.set(name, value) }
        // How long a call waits for a topic is part of how long its record may take.
        settings.producer.blockMilliseconds = min(
            settings.producer.blockMilliseconds, settings.producer.deliveryTimeoutMilliseconds)
        return settings
    }

    private static func strategies(_ text: String) throws(KafkaError) -> [AssignmentStrategy] {
        try text.split(separator: ",").map { name throws(KafkaError) in
            guard let strategy = AssignmentStrategy(rawValue: String(name)) else {
                throw KafkaError(
                    code: .invalidSetting, message: "\"\(name)\" is no assignor",
                    context: "setting partition.assignment.strategy")
            }
            return strategy
        }
    }

    private static func servers(_ text: String) throws(KafkaError) -> [BrokerAddress] {
        // As librdkafka reads them: with a protocol in front, and port 9092 where there is none.
        let servers = text.split(separator: ",").map { part in
            let server = part.drop { $0 == " " }
            let address = server.firstRange(of: "://").map { server[$0.upperBound...] } ?? server
            let hasPort = address.last == "]" ? false : address.contains(":")
            return hasPort ? String(address) : "\(address):9092"
        }
        do throws(ClientError) {
            return try BrokerAddress.list(servers.joined(separator: ","))
        } catch {
            throw KafkaError(error)
        }
    }

    // MARK: Properties

    /// Sets a property by librdkafka's name, where there is such a setting here. Its value was found to be good.
    private mutating func set(_ name: String, _ value: String) -> Bool {
        switch name {
        case "socket.timeout.ms": return set(\.cluster.requestTimeoutMilliseconds, value)
        case "retry.backoff.ms": return set(\.cluster.retryBackoffMilliseconds, value)
        case "retry.backoff.max.ms": return set(\.cluster.retryBackoffMaximumMilliseconds, value)
        case "reconnect.backoff.ms": return set(\.cluster.reconnectBackoffMilliseconds, value)
        case "reconnect.backoff.max.ms": return set(\.cluster.reconnectBackoffMaximumMilliseconds, value)
        case "socket.connection.setup.timeout.ms": return set(\.cluster.connectionSetupTimeoutMilliseconds, value)
        case "connections.max.idle.ms": return set(\.cluster.connectionIdleMilliseconds, value)
        case "topic.metadata.refresh.interval.ms": return set(\.cluster.metadataAgeMilliseconds, value)
        case "session.timeout.ms": return set(\.consumer.sessionTimeoutMilliseconds, value)
        case "heartbeat.interval.ms": return set(\.consumer.heartbeatIntervalMilliseconds, value)
        case "max.poll.interval.ms": return set(\.consumer.pollIntervalMilliseconds, value)
        case "fetch.min.bytes": return set(\.consumer.fetchMinimumBytes, value)
        case "fetch.wait.max.ms": return set(\.consumer.fetchWaitMilliseconds, value)
        case "fetch.max.bytes": return set(\.consumer.fetchMaximumBytes, value)
        case "max.partition.fetch.bytes", "fetch.message.max.bytes":
            return set(\.consumer.partitionFetchMaximumBytes, value)
        case "allow.auto.create.topics": cluster.allowsTopicCreation = value == "true"
        case "queued.max.messages.kbytes":
            guard let kibibytes = Int(value) else { return false }
            consumer.readAheadBytes = kibibytes << 10
        case "auto.offset.reset": consumer.offsetReset = OffsetReset(librdkafka: value)
        case "isolation.level":
            consumer.isolation = value == "read_uncommitted" ? .readUncommitted : .readCommitted
        case "message.timeout.ms", "delivery.timeout.ms":
            return set(\.producer.deliveryTimeoutMilliseconds, value)
        case "queue.buffering.max.kbytes":
            guard let kibibytes = Int(value) else { return false }
            producer.bufferBytes = kibibytes << 10
        case "linger.ms", "queue.buffering.max.ms": return set(\.producer.lingerMilliseconds, value)
        case "batch.size": return set(\.producer.batchBytes, value)
        case "message.max.bytes": return set(\.producer.requestBytesLimit, value)
        case "transaction.timeout.ms": return set(\.producer.transactionTimeoutMilliseconds, value)
        case "compression.type", "compression.codec":
            guard let type = ProducerSettings.CompressionType(rawValue: value) else { return false }
            producer.compression = type
        case "check.crcs": consumer.verifiesChecksums = value == "true"
        case "client.rack": consumer.rackID = value
        default: return false
        }
        return true
    }

    /// Milliseconds may have a fraction in librdkafka.
    private mutating func set<Number: FixedWidthInteger>(
        _ setting: WritableKeyPath<SwiftClientSettings, Number>, _ value: String
    ) -> Bool {
        guard let number = Double(value).flatMap({ Number(exactly: $0.rounded(.up)) }) else { return false }
        self[keyPath: setting] = number
        return true
    }

    private static let told = Mutex<Set<String>>([])

    /// Says once in a process which properties have no effect.
    private static func tellUnknown(_ names: [String], to logger: Logger) {
        let new = told.withLock { told in names.filter { told.insert($0).inserted } }
        if new.isEmpty { return }
        logger.notice(
            "properties of librdkafka without a meaning for the client in Swift, KAFKA_CLIENT_LIBRARY=swift",
            metadata: ["properties": "\(new.joined(separator: ", "))"])
    }
}

extension ClusterSecurity {
    /// Reads what is in files. It is read again for the next client.
    init(_ security: KafkaSecurity) throws(KafkaError) {
        self.init()
        if let tls = security.tls {
            switch tls.authorities {
            case .system: self.tls = TLS()
            case .file(let path): self.tls = TLS(certificateAuthorities: path)
            case .pem(let text): self.tls = TLS(certificateAuthorityText: text)
            }
            self.tls?.identity = tls.identity.map {
                TLS.Identity(certificateFile: $0.certificateFile, keyFile: $0.keyFile, keyPassword: $0.keyPassword)
            }
        }
        if let login = security.login {
            let credentials = try login.credentials()
            sasl = SASL(
                mechanism: .init(login.mechanism), username: credentials.username, password: credentials.password)
        }
    }
}

extension ClusterSecurity.SASL.Mechanism {
    init(_ mechanism: KafkaSecurity.Mechanism) {
        switch mechanism {
        case .plain: self = .plain
        case .scramSHA256: self = .scramSHA256
        case .scramSHA512: self = .scramSHA512
        }
    }
}

extension OffsetReset {
    /// By one of librdkafka's words: it has several for each.
    init(librdkafka word: String) {
        switch word {
        case "latest", "largest", "end": self = .latest
        case "error": self = .none
        default: self = .earliest
        }
    }
}
