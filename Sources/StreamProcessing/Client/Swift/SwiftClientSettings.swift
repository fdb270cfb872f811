import Kafka
import KafkaClient
import Logging
import Synchronization

/// The platform's settings as those of the module KafkaClient, for the loop's clients.
///
/// The values are those that the platform gives librdkafka, where both have the setting (`ClientDefaults` says why).
struct SwiftClientSettings: Sendable {
    var cluster: ClusterSettings
    var consumer: ConsumerSettings
    var producer: ProducerSettings
    /// Properties that this client does not have.
    private(set) var unknown: [String] = []

    /// - Throws: ``KafkaError/Code/invalidSetting``, naming what does not fit.
    init(_ settings: KafkaSettings, group: String, clientID: String, transactionalID: String) throws(KafkaError) {
        cluster = ClusterSettings(bootstrapServers: try Self.servers(settings.bootstrapServers))
        cluster.security = try ClusterSecurity(settings.security)
        cluster.connectionSetupTimeoutMilliseconds = 8_000
        cluster.retryBackoffMilliseconds = 20
        cluster.retryBackoffMaximumMilliseconds = 100
        // A topic that grows is read within seconds.
        cluster.metadataAgeMilliseconds = 10_000

        consumer = ConsumerSettings(clientID: clientID, groupID: group)
        consumer.assignmentStrategies = [.roundRobin, .range]
        consumer.offsetReset = .none
        consumer.isolation = .readCommitted
        consumer.sessionTimeoutMilliseconds = 10_000
        consumer.heartbeatIntervalMilliseconds = 500
        consumer.fetchWaitMilliseconds = 500
        consumer.fetchMaximumBytes = 8 << 20
        // About as many records as librdkafka reads ahead by our settings.
        consumer.readAheadBytes = 8 << 20
        // With little to do, one fetch for each poll: it brings all that gathered since the last one.
        consumer.readAheadThresholdBytes = 64 << 10
        consumer.partitionReadAheadBytes = 2 << 20

        producer = ProducerSettings()
        producer.clientID = "\(clientID)-producer"
        producer.transactionalID = transactionalID
        producer.transactionTimeoutMilliseconds = 15_000
        // A commit sends what waits at once; until then, larger batches.
        producer.lingerMilliseconds = 5
        producer.batchBytes = 1_000_000
        // Dead letters are larger than the records in them.
        producer.requestBytesLimit = 2_000_000
        producer.bufferBytes = 128 << 20
        producer.blockMilliseconds = 10_000
        for (name, value) in settings.overrides.sorted(by: { $0.key < $1.key }) where !set(name, value) {
            unknown.append(name)
        }
    }

    /// Of a reader beside the group.
    func reader(clientID: String) -> ConsumerSettings {
        var settings = consumer
        settings.groupID = nil
        settings.clientID = clientID
        settings.verifiesChecksums = true
        return settings
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

    /// Says once in a process which properties have no effect on the services' loop.
    static func tellUnknown(_ names: [String], to logger: Logger) {
        let new = told.withLock { told in names.filter { told.insert($0).inserted } }
        if new.isEmpty { return }
        logger.notice(
            "properties of librdkafka without a meaning for the services' client, KAFKA_CLIENT_LIBRARY=swift",
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
