import BrokerCore

/// How an ``EmbeddedBroker`` is to run.
public struct EmbeddedBrokerConfiguration: Sendable {
    /// When a record is acknowledged.
    public enum Durability: Hashable, Sendable {
        /// After its journal entry is on the disk (fdatasync): it survives a power loss.
        case journal
        /// After it was handed to the operating system's cache: it survives the process, but a power loss may take the
        /// last moments. For tests and throw-away data.
        case relaxed
    }

    /// Where to listen in the open, without TLS and logins. Only loopback addresses are accepted.
    public var host = "127.0.0.1"
    /// 0 for any free port, which ``EmbeddedBroker/start()`` then tells.
    public var port = 9092
    /// The address that clients are given, if not where the broker listens: that of a forwarder on this machine (a
    /// proxy, a tunnel's end). A loopback address, too, with a port from 1 to 65535.
    public var advertised: BoundAddress?
    /// Where other machines reach the broker, over TLS and with a login; nil if they do not.
    public var secured: SecuredListener?
    /// Made if it does not exist. Belongs to one broker at a time.
    public var dataDirectory: String
    /// When a record is acknowledged.
    public var durability = Durability.journal

    /// Partitions of topics that are made without saying how many: 1...10,000.
    public var defaultPartitions = 6
    /// Whether a topic is made when a client asks for one that is not there.
    public var autoCreateTopics = true
    /// How long topics keep records unless they say otherwise; nil for no limit.
    public var retention: Duration? = .seconds(7 * 24 * 3600)
    /// How many bytes a partition keeps unless its topic says otherwise; nil for no limit.
    public var retentionBytes: Int64?
    /// The groups that will read each topic, by the topic's name. What one of them has not committed yet is not deleted
    /// by retention, and what they have committed there never expires. A deletion that an admin asks for is carried out
    /// all the same.
    public var declaredReaders: [String: Set<String>] = [:]
    /// The size of a partition, in bytes, beyond which retention deletes even what a declared reader has not read: the
    /// oldest first, with an error in the log.
    public var unreadRetentionBytes: Int64 = 8 << 30
    /// The size at which a segment file is closed, unless the topic says otherwise: 1 KiB...2 GiB - 1.
    public var segmentBytes = 128 << 20
    /// The largest record batch, unless the topic says otherwise.
    public var maxMessageBytes = 1_048_588

    /// The largest request. A client that sends a larger one is disconnected.
    public var maxFrameBytes = 100 << 20
    /// Further ones are closed at once.
    public var maxConnections = 1000
    /// Bytes of requests that are not answered yet, of all connections together; beyond, sockets are not read.
    public var maxOutstandingBytes = 192 << 20
    /// How long a connection may be silent.
    public var idleTimeout: Duration = .seconds(600)
    /// The most bytes of recent records kept in memory.
    public var tailCacheBytes = 32 << 20
    /// The size of one of the journal's files, of which there are usually two: 16 MiB or more.
    public var journalFileBytes = 64 << 20
    /// How often retention, compaction and the expiry of ids look for work.
    public var maintenanceInterval: Duration = .seconds(30)

    /// How long the first rebalance of an empty group waits for more members. Kafka's default is 3 s; 0 lets a group
    /// start at once.
    public var initialRebalanceDelay: Duration = .zero
    /// How long a group's offsets outlive its last member: whole minutes.
    public var offsetRetention: Duration = .seconds(7 * 24 * 3600)
    /// How often expired offsets are looked for.
    public var offsetExpiryInterval: Duration = .seconds(600)
    /// How long a partition remembers the sequence of a producer that is silent.
    public var producerIDExpiration: Duration = .seconds(24 * 3600)
    /// How long a transactional id is remembered that is not used.
    public var transactionalIDExpiration: Duration = .seconds(7 * 24 * 3600)
    /// The longest timeout of a transaction that a producer may ask for.
    public var maxTransactionTimeout: Duration = .seconds(900)
    /// How clients that know both are to make transactions, 1 or 2: Kafka's feature `transaction.version`. With 2 each
    /// transaction has an epoch of its own (KIP-890).
    public var transactionVersion: Int16 = 2

    /// What was set by name, see ``set(_:to:)``.
    var setProperties: Set<String> = []

    /// The defaults, which suit one machine.
    public init(dataDirectory: String) {
        self.dataDirectory = dataDirectory
    }
}

extension EmbeddedBrokerConfiguration {
    /// Throws for a value that makes no sense, naming it.
    func validate() throws(EmbeddedBrokerError) {
        func require(_ condition: Bool, _ message: String) throws(EmbeddedBrokerError) {
            if !condition { throw EmbeddedBrokerError(.invalidConfiguration, message) }
        }
        try require(!dataDirectory.isEmpty, "the data directory is not set")
        try require((0...65535).contains(port), "port \(port) does not exist; use 0 to 65535")
        if let advertised {
            try require(
                (1...65535).contains(advertised.port), "port \(advertised.port) cannot be advertised; use 1 to 65535")
        }
        try require(
            (1...10_000).contains(defaultPartitions),
            "\(defaultPartitions) default partitions are not possible; use 1 to 10000")
        try require(
            (1024...Int(Int32.max)).contains(segmentBytes),
            "segments of \(segmentBytes) bytes are not possible; use 1024 to \(Int32.max)")
        try require(
            journalFileBytes >= 16 << 20,
            "journal files of \(journalFileBytes) bytes are too small; use at least \(16 << 20)")
        try require(
            maxMessageBytes >= 1024 && maxMessageBytes <= maxFrameBytes,
            "maxMessageBytes must lie between 1024 and maxFrameBytes (\(maxFrameBytes))")
        try require(maxFrameBytes <= Int(Int32.max), "maxFrameBytes must be below 2 GiB")
        try require(unreadRetentionBytes >= 0, "unreadRetentionBytes must not be negative")
        try require(maxConnections > 0, "maxConnections must be above 0")
        try secured?.validate()
    }

    var settings: BrokerSettings {
        var settings = BrokerSettings()
        settings.defaultPartitions = Int32(defaultPartitions)
        settings.autoCreatesTopics = autoCreateTopics
        settings.log.retentionMilliseconds = retention.map(Self.milliseconds) ?? -1
        settings.log.retentionBytes = retentionBytes ?? -1
        settings.declaredReaders = declaredReaders
        settings.unreadRetentionBytes = unreadRetentionBytes
        settings.log.segmentBytes = segmentBytes
        settings.log.maxMessageBytes = maxMessageBytes
        settings.relaxedDurability = durability == .relaxed
        settings.transactionVersion = transactionVersion
        settings.journalFileBytes = journalFileBytes
        settings.tailCacheBytes = tailCacheBytes
        settings.maintenanceIntervalMilliseconds = max(1, Self.milliseconds(maintenanceInterval))
        settings.initialRebalanceDelayMilliseconds = Self.milliseconds(initialRebalanceDelay)
        settings.offsetRetentionMilliseconds = Self.milliseconds(offsetRetention)
        settings.offsetExpiryIntervalMilliseconds = max(1, Self.milliseconds(offsetExpiryInterval))
        settings.producerExpirationMilliseconds = Self.milliseconds(producerIDExpiration)
        settings.transactionalIDExpirationMilliseconds = Self.milliseconds(transactionalIDExpiration)
        settings.maximumTransactionTimeoutMilliseconds = Int32(clamping: Self.milliseconds(maxTransactionTimeout))
        settings.properties = Self.properties.map { property in
            .init(
                name: property.name, value: property.read(self), kind: property.kind, documentation: property.summary,
                isSet: setProperties.contains(property.name))
        }
        return settings
    }

    var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.maximumConnections = maxConnections
        limits.maximumFrameBytes = maxFrameBytes
        limits.maximumOutstandingBytes = maxOutstandingBytes
        limits.idleMilliseconds = Self.milliseconds(idleTimeout)
        return limits
    }
}
