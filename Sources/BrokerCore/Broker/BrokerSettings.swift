/// What the core needs to know of the broker's configuration.
package struct BrokerSettings: Sendable {
    /// The only node's number in the protocol.
    package var nodeID: Int32 = 1
    /// The address that clients are given.
    package var advertisedHost = "127.0.0.1"
    package var advertisedPort: Int32 = 9092
    /// Shown to admin clients.
    package var dataDirectory = "data"
    package var defaultPartitions: Int32 = 6
    package var autoCreatesTopics = true
    /// The most partitions of one topic.
    package var maximumPartitions: Int32 = 10_000
    /// The defaults of topics.
    package var log = LogConfig()
    /// The groups that will read each topic: retention leaves what one of them has not read.
    package var declaredReaders: [String: Set<String>] = [:]
    /// The size of a partition beyond which retention deletes even what a declared reader has not read.
    package var unreadRetentionBytes: Int64 = 8 << 30
    /// Segments of the broker's own logs are small, since they are read whole at start.
    package var internalSegmentBytes = 8 << 20
    /// Whether a commit is acknowledged before it is on disk.
    package var relaxedDurability = false
    /// Bytes of one journal file.
    package var journalFileBytes = 64 << 20
    /// The most bytes of recent batches kept in memory, for all partitions together.
    package var tailCacheBytes = 32 << 20
    /// A log is written to its segment file when it has this many bytes that are not there.
    package var flushBytes = 256 << 10
    /// Or after this long.
    package var flushIntervalMilliseconds: Int64 = 1000
    /// Produce requests wait while the next commit has this many bytes.
    package var maximumCommitBytes = 16 << 20
    /// The most that one fetch answers, whatever the client asks for.
    package var maximumFetchBytes = 32 << 20
    /// The longest that a fetch may wait.
    package var maximumFetchWaitMilliseconds: Int64 = 60_000
    /// What a produced batch may take once decompressed.
    package var maximumDecompressedBytes = 64 << 20
    package var maximumTransactionTimeoutMilliseconds: Int32 = 900_000
    /// The level of Kafka's feature `transaction.version` that clients are given. Both kinds of requests are served.
    package var transactionVersion: Int16 = 2
    /// How long a silent producer's sequence is remembered.
    package var producerExpirationMilliseconds: Int64 = 24 * 3600 * 1000
    /// How long a transactional id that nobody uses is remembered.
    package var transactionalIDExpirationMilliseconds: Int64 = 7 * 24 * 3600 * 1000
    /// How often retention and compaction look for work.
    package var maintenanceIntervalMilliseconds: Int64 = 30_000
    /// How long a shutdown tries to write its last checkpoint.
    package var shutDownMilliseconds: Int64 = 5000
    /// How long a group's offsets outlive its last member.
    package var offsetRetentionMilliseconds: Int64 = 7 * 24 * 3600 * 1000
    /// How long the first rebalance of a new group waits for more members.
    package var initialRebalanceDelayMilliseconds: Int64 = 0
    /// How often expired offsets are looked for.
    package var offsetExpiryIntervalMilliseconds: Int64 = 600_000
    /// What can be set by its name, as clients see it.
    package var properties: [Property] = []

    package init() {}

    /// A setting by Kafka's name for it.
    package struct Property: Hashable, Sendable {
        package var name: String
        package var value: String
        package var kind: TopicConfig.Kind
        package var documentation: String
        /// Whether somebody has set it, even if to its default.
        package var isSet: Bool

        package init(name: String, value: String, kind: TopicConfig.Kind, documentation: String, isSet: Bool) {
            self.name = name
            self.value = value
            self.kind = kind
            self.documentation = documentation
            self.isSet = isSet
        }
    }
}

/// The time, as the shell tells the core.
package struct BrokerTime: Hashable, Sendable {
    /// Milliseconds since 1970: for records and retention.
    package var wall: Int64
    /// Milliseconds since some moment, never going back: for everything that waits.
    package var monotonic: Int64

    package init(wall: Int64, monotonic: Int64) {
        self.wall = wall
        self.monotonic = monotonic
    }
}
