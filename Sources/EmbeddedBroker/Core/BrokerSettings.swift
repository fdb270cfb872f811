/// What the core needs to know of the broker's configuration.
struct BrokerSettings: Sendable {
    /// The only node's number in the protocol.
    var nodeID: Int32 = 1
    /// The address that clients are given.
    var advertisedHost = "127.0.0.1"
    var advertisedPort: Int32 = 9092
    /// Shown to admin clients.
    var dataDirectory = "data"
    var defaultPartitions: Int32 = 6
    var autoCreatesTopics = true
    /// The most partitions of one topic.
    var maximumPartitions: Int32 = 10_000
    /// The defaults of topics.
    var log = LogConfig()
    /// The groups that will read each topic: retention leaves what one of them has not read.
    var declaredReaders: [String: Set<String>] = [:]
    /// The size of a partition beyond which retention deletes even what a declared reader has not read.
    var unreadRetentionBytes: Int64 = 8 << 30
    /// Segments of the broker's own logs are small, since they are read whole at start.
    var internalSegmentBytes = 8 << 20
    /// Whether a commit is acknowledged before it is on disk.
    var relaxedDurability = false
    /// Bytes of one journal file.
    var journalFileBytes = 64 << 20
    /// The most bytes of recent batches kept in memory, for all partitions together.
    var tailCacheBytes = 32 << 20
    /// A log is written to its segment file when it has this many bytes that are not there.
    var flushBytes = 256 << 10
    /// Or after this long.
    var flushIntervalMilliseconds: Int64 = 1000
    /// Produce requests wait while the next commit has this many bytes.
    var maximumCommitBytes = 16 << 20
    /// The most that one fetch answers, whatever the client asks for.
    var maximumFetchBytes = 32 << 20
    /// The longest that a fetch may wait.
    var maximumFetchWaitMilliseconds: Int64 = 60_000
    /// What a produced batch may take once decompressed.
    var maximumDecompressedBytes = 64 << 20
    var maximumTransactionTimeoutMilliseconds: Int32 = 900_000
    /// How long a silent producer's sequence is remembered.
    var producerExpirationMilliseconds: Int64 = 24 * 3600 * 1000
    /// How long a transactional id that nobody uses is remembered.
    var transactionalIDExpirationMilliseconds: Int64 = 7 * 24 * 3600 * 1000
    /// How often retention and compaction look for work.
    var maintenanceIntervalMilliseconds: Int64 = 30_000
    /// How long a shutdown tries to write its last checkpoint.
    var shutDownMilliseconds: Int64 = 5000
    /// How long a group's offsets outlive its last member.
    var offsetRetentionMilliseconds: Int64 = 7 * 24 * 3600 * 1000
    /// How long the first rebalance of a new group waits for more members.
    var initialRebalanceDelayMilliseconds: Int64 = 0
    /// How often expired offsets are looked for.
    var offsetExpiryIntervalMilliseconds: Int64 = 600_000
    /// What can be set by its name, as clients see it.
    var properties: [Property] = []

    /// A setting by Kafka's name for it.
    struct Property: Hashable, Sendable {
        var name: String
        var value: String
        var kind: TopicConfig.Kind
        var documentation: String
        /// Whether somebody has set it, even if to its default.
        var isSet: Bool
    }
}

/// The time, as the shell tells the core.
struct BrokerTime: Hashable, Sendable {
    /// Milliseconds since 1970: for records and retention.
    var wall: Int64
    /// Milliseconds since some moment, never going back: for everything that waits.
    var monotonic: Int64
}
