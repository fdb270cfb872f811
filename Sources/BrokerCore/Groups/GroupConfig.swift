/// What consumer groups may do. Times are milliseconds.
struct GroupConfig: Hashable, Sendable {
    /// How long the first rebalance of an empty group waits for more members. Kafka waits 3 s, to spare large groups
    /// some rebalances; 0 lets a group start at once.
    var initialRebalanceDelayMilliseconds: Int64 = 0
    var minimumSessionTimeoutMilliseconds: Int32 = 1_000
    var maximumSessionTimeoutMilliseconds: Int32 = 1_800_000
    /// How long a new member may wait for its first rebalance to end; it cannot send heartbeats meanwhile.
    var newMemberTimeoutMilliseconds: Int64 = 300_000
    /// How long offsets outlive the group's last member, or their own commit if there never was one.
    var offsetRetentionMilliseconds: Int64 = 7 * 24 * 3_600 * 1_000
    /// Whose offsets never expire: groups by the topics that they are declared to read.
    var declaredReaders: [String: Set<String>] = [:]
    /// How often expired offsets are looked for.
    var offsetExpiryIntervalMilliseconds: Int64 = 600_000
    var maximumGroups = 10_000
    var maximumMembers = 1_000
    /// Of a group's id, a member's instance id or a protocol's name, in UTF-8 bytes.
    var maximumIDBytes = 1_024
    /// Of all members' subscriptions together, and of all assignments together.
    var maximumGroupBytes = 16 << 20
    /// Of the text that a client stores with an offset.
    var maximumOffsetMetadataBytes = 4_096
}
